import {AppError, type ErrorSort} from '../errors/app-error.js';
import {shownName} from '../host/byte-names.js';
import type {Remark} from '../ssh/tree.js';

/** Data that was asked for could not be had. */
export class DataMissingError extends AppError {
	override readonly name = 'DataMissingError';
	override readonly sort: ErrorSort = 'final';
	constructor(
		/** Each like `/root/out of slave-2 (There is no /root/out on slave-2.)` */
		readonly missing: readonly string[],
		readonly because: string,
		override readonly hint = 'Look at the scripts’ output among the results, mend the paths in the template and deploy again.',
	) {
		super(`Data that was to be collected is missing, and ${because}: ${missing.join('; ')}.`);
	}
}

/** Some of what was asked for is there and cannot be read. The rest is here. */
export class DataUnreadableError extends AppError {
	override readonly name = 'DataUnreadableError';
	override readonly hint = 'Make it readable for the login user on the instance.';

	constructor(missing: readonly Remark[]) {
		const shown = missing.slice(0, 3).map(({path, text}) => `${shownName(path)} ${text}`);
		super(`${shown.join('; ')}${missing.length > 3 ? `; and ${missing.length - 3} more` : ''}`);
	}
}

/** What was brought home does not stay there as it came. */
export class ResultChangedError extends AppError {
	override readonly name = 'ResultChangedError';
	override readonly hint =
		'See what writes to the folder of the results here, and end it; they are brought again by themselves.';

	constructor(what: string) {
		super(`${what} does not stay here as it came.`);
	}
}
