import {AppError} from '../errors/app-error.js';

/**
A job cannot go on now and has not ended: what it has made is kept, to be gone on with by `resume` or to be taken away by
`cancel`.
*/
export class JobSuspendedError extends AppError {
	override readonly name = 'JobSuspendedError';
	override readonly hint: string;

	constructor(message: string, hint: string, options?: ErrorOptions) {
		super(message, options);
		this.hint = hint;
	}
}
