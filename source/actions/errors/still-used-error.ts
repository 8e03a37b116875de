import {AppError} from '../../engine/errors/app-error.js';

/** Something cannot be removed because something else needs it. */
export class StillUsedError extends AppError {
	override readonly name = 'StillUsedError';
	override readonly hint = 'Change or remove what uses it first.';

	constructor(
		/** `Image worker` */
		readonly what: string,
		/** `template monte-carlo` */
		readonly users: readonly string[],
	) {
		super(`${what} is used by ${users.join(', ')}.`);
	}
}
