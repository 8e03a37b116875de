import type {CredentialProblem} from '../engine/credentials/credential-problem.js';
import {WrongEntryError} from './wrong-entry-error.js';

/**
What the user gives must be able to work. What was wrong before he changed something else stays a remark: he may be about to
mend it.

@throws {WrongEntryError}
*/
export function mustBeRight(problems: readonly CredentialProblem[], before: readonly CredentialProblem[]): void {
	const known = new Set(before.map(({message}) => message));
	const errors = problems.filter(({kind, message}) => kind === 'error' && !known.has(message));
	if (errors.length > 0) {
		throw new WrongEntryError(errors);
	}
}
