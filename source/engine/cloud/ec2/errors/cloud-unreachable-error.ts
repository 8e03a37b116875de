import {AppError, type ErrorSort} from '../../../errors/app-error.js';

/** The cloud could not be asked, however often it was tried. */
export class CloudUnreachableError extends AppError {
	override readonly name = 'CloudUnreachableError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint = 'Check the network and the address of the cloud, then try again.';

	constructor(
		readonly right: string,
		what: string,
		options?: ErrorOptions,
	) {
		super(`The cloud ${what} (${right}).`, options);
	}
}
