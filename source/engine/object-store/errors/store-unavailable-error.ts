import {AppError, type ErrorSort} from '../../errors/app-error.js';

/** It cannot be reached, breaks connections, hangs, or answers with errors of its own; and that for as long as we tried. */
export class StoreUnavailableError extends AppError {
	override readonly name = 'StoreUnavailableError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint: string;

	constructor(
		readonly server: string,
		readonly action: string,
		readonly attempts: number,
		reason: string,
		{isServersOwn = false, ...options}: ErrorOptions & {readonly isServersOwn?: boolean} = {},
	) {
		super(
			`${server} did not do ${action} in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${reason}.`,
			options,
		);
		this.hint = isServersOwn
			? 'Try again in a few minutes; if it stays so, tell whoever runs the store. What has arrived is not sent again.'
			: 'Check the address and the network, then try again; what has arrived is not sent again.';
	}
}
