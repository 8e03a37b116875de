import {AppError} from '../engine/errors/app-error.js';

/** What was to be saved does not fit the database. Nothing was changed. */
export class InvalidEntryError extends AppError {
	override readonly name = 'InvalidEntryError';
	override readonly hint = 'Correct it and save again; nothing was changed.';
}
