import {AppError, type ErrorSort} from '../errors/app-error.js';

/** Data that was asked for could not be had. */
export class DataMissingError extends AppError {
	override readonly name = 'DataMissingError';
	override readonly sort: ErrorSort = 'final';
	override readonly hint =
		'Look at the scripts’ output among the results, mend the paths in the template and deploy again.';

	constructor(
		/** Each like `/root/out of slave-2 (There is no /root/out on slave-2.)` */
		readonly missing: readonly string[],
		readonly because: string,
	) {
		super(`Data that was to be collected is missing, and ${because}: ${missing.join('; ')}.`);
	}
}
