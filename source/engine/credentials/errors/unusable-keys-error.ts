import {AppError} from '../../errors/app-error.js';
import type {CredentialProblem} from '../credential-problem.js';

/** No request can be signed with the keys of a credential. */
export class UnusableKeysError extends AppError {
	override readonly name = 'UnusableKeysError';
	override readonly hint: string;

	constructor(
		readonly credential: string,
		{message, hint}: CredentialProblem,
	) {
		super(`The credential ${credential} cannot be used. ${message}`);
		this.hint = hint;
	}
}
