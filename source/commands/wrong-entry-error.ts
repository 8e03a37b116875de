import type {CredentialProblem} from '../engine/credentials/credential-problem.js';
import {AppError} from '../engine/errors/app-error.js';

/** A credential or a cloud that could not be used as it was given. */
export class WrongEntryError extends AppError {
	override readonly name = 'WrongEntryError';
	override readonly hint: string;

	constructor(readonly problems: readonly CredentialProblem[]) {
		super(`Nothing was saved: ${problems.map(({message}) => message).join(' ')}`);
		this.hint = problems.map(({hint}) => hint).join(' ');
	}
}
