import {AppError, type ErrorSort} from '../errors/app-error.js';

/** The cloud was asked for long and gave no answer to go by. */
export class CloudSilentError extends AppError {
	override readonly name = 'CloudSilentError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint = 'Look at the state of the cloud and at the network, then try again.';

	constructor(lastReason: string, options?: ErrorOptions) {
		super(`The cloud gives no answer: ${lastReason}`, options);
	}
}
