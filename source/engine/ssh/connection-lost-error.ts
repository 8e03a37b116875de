import {AppError, type ErrorSort} from '../errors/app-error.js';

/** The connection to an instance could not be made or broke; trying again may help. */
export class ConnectionLostError extends AppError {
	override readonly name = 'ConnectionLostError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint = 'D2CM tries again by itself; look at the console output of the instance if it goes on.';

	constructor(
		readonly target: string,
		reason: string,
		options?: ErrorOptions,
	) {
		super(`The connection to ${target} is lost: ${reason}.`, options);
	}
}
