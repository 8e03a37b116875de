import {AppError} from '../errors/app-error.js';

/** The file system that a folder is on is full, or will be. */
export class NotEnoughDiskError extends AppError {
	override readonly name = 'NotEnoughDiskError';
	override readonly hint = 'Free some space there.';

	constructor(
		readonly folder: string,
		found: string,
		options?: ErrorOptions,
	) {
		super(`There is not enough room below ${folder}: ${found}.`, options);
	}
}
