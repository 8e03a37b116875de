import {AppError} from './app-error.js';

/** The command was called in a way it does not understand. Exit status 2. */
export class UsageError extends AppError {
	override readonly name = 'UsageError';

	constructor(
		message: string,
		readonly hint: string = 'Run `d2cm --help` to see the commands.',
	) {
		super(message);
	}
}
