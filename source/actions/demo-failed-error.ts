import {AppError} from '../engine/errors/app-error.js';

/** A part of the demo could not be made. */
export class DemoFailedError extends AppError {
	override readonly name = 'DemoFailedError';
	override readonly hint = 'Mend what it says and run the demo again; it goes on with what is there.';
}
