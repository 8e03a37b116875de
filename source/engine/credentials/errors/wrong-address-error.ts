import {AppError} from '../../errors/app-error.js';

/** No request can be sent to a server of the cloud. */
export class WrongAddressError extends AppError {
	override readonly name = 'WrongAddressError';
	override readonly hint = 'Edit the cloud, and give the address again.';

	/** @param problem As `addressProblem` says it. */
	constructor(
		readonly cloud: string,
		server: string,
		problem: string,
	) {
		super(`The address of ${server} of the cloud ${cloud} ${problem}.`);
	}
}
