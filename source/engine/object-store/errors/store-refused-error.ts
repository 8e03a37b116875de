import {AppError} from '../../errors/app-error.js';

/** What has no class of its own, in the store's words: a quota, a policy, a name it does not like. */
export class StoreRefusedError extends AppError {
	override readonly name = 'StoreRefusedError';
	override readonly hint = 'Mend what the store says, then go on.';

	constructor(
		readonly server: string,
		readonly action: string,
		/** As the API calls it: `TooManyBuckets`. */
		readonly code: string,
		words: string,
		options?: ErrorOptions,
	) {
		super(`${server} refuses ${action}: ${code}${words ? ` (${words.replace(/\.$/, '')})` : ''}.`, options);
	}
}
