import {AppError} from '../../../errors/app-error.js';

/** The cloud understood a request and said no, for a reason of its own. */
export class CloudRefusedError extends AppError {
	override readonly name = 'CloudRefusedError';
	override readonly hint = 'Its words say what it wants; mend that and start again.';

	constructor(
		/** As the cloud calls it: `InvalidParameterValue`. */
		readonly code: string,
		words: string,
		{place = 'The cloud', ...options}: ErrorOptions & {readonly place?: string} = {},
	) {
		super(`${place} refused (${code}): ${words.replace(/\.$/, '')}.`, options);
	}
}
