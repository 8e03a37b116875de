import {AppError} from '../errors/app-error.js';

/** The cloud answered each time with an error that we know no better word for. */
export class CloudFailingError extends AppError {
	override readonly name = 'CloudFailingError';
	override readonly hint = 'Look at the state of the cloud and of your account there, then try again.';

	constructor(lastReason: string, options?: ErrorOptions) {
		super(`The cloud fails again and again: ${lastReason}`, options);
	}
}
