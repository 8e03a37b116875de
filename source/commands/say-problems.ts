import type {CredentialProblem} from '../engine/credentials/credential-problem.js';
import type {Output} from './output.js';

/** Each in a sentence, with what to do about it. */
export function sayProblems(problems: readonly CredentialProblem[], output: Output): void {
	for (const {kind, message, hint} of problems) {
		output.remark(`${kind === 'error' ? 'Error' : 'Warning'}: ${message} ${hint}`);
	}
}
