import {AppError} from '../engine/errors/app-error.js';

/** A part of the demo could not be made. */
export class DemoFailedError extends AppError {
	override readonly name = 'DemoFailedError';
	override readonly hint: string;

	constructor(message: string, {hint, ...options}: ErrorOptions & {readonly hint?: string | undefined} = {}) {
		super(message, options);
		this.hint = hint ?? 'Mend what it says and run the demo again; it goes on with what is there.';
	}
}
