import {AppError} from './app-error.js';

/** The user asked for the work to stop. Exit status 130. */
export class CancelledError extends AppError {
	override readonly name = 'CancelledError';
	override readonly hint = 'Start it again when you want it.';

	constructor(what = 'The work') {
		super(`${what} was cancelled.`);
	}
}
