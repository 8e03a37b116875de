import {AppError} from '../engine/errors/app-error.js';

/** The journal cannot be written, so nothing may be done that would have to be written down. */
export class JournalWriteError extends AppError {
	override readonly name = 'JournalWriteError';
	override readonly hint = 'Make room on that disk, or mend what is wrong with it, then resume the job.';

	constructor(
		readonly path: string,
		reason: string,
		options?: ErrorOptions,
	) {
		super(`${path} could not be written: ${reason}.`, options);
	}
}
