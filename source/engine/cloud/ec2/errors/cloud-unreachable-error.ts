import {AppError, type ErrorSort} from '../../../errors/app-error.js';

/** The cloud could not be asked, however often it was tried. */
export class CloudUnreachableError extends AppError {
	override readonly name = 'CloudUnreachableError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint: string;

	constructor(
		readonly right: string,
		what: string,
		{
			hint = 'Check the network and the address of the cloud, also whether it is http or https, then try again.',
			...options
		}: ErrorOptions & {readonly hint?: string} = {},
	) {
		super(`The cloud ${what} (${right}).`, options);
		this.hint = hint;
	}
}
