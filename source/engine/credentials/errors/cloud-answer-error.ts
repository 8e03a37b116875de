import {AppError} from '../../errors/app-error.js';

/** The cloud says no in words of its own. The error of the SDK is left out: it could hold keys. */
export class CloudAnswerError extends AppError {
	override readonly name = 'CloudAnswerError';
	override readonly hint = 'Check the region, the address and the credential of the cloud.';

	constructor(
		readonly place: string,
		readonly code: string,
		/** Without secrets. */
		words: string,
	) {
		super(`${place} answers ${code}: ${words.replace(/\.$/, '')}.`);
	}
}
