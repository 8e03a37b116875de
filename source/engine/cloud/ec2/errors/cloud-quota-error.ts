import {AppError, type ErrorSort} from '../../../errors/app-error.js';

/** A limit of the account is reached. */
export class CloudQuotaError extends AppError {
	override readonly name = 'CloudQuotaError';
	override readonly sort: ErrorSort = 'final';
	override readonly hint = 'Delete what is no longer needed, or ask Amazon to raise the limit.';

	constructor(
		readonly right: string,
		/** In the cloud's words: `SnapshotLimitExceeded`. */
		readonly code: string,
		options?: ErrorOptions,
	) {
		super(`A limit of the account does not allow ${right} now (${code}).`, options);
	}
}
