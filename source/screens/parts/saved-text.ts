import type {CredentialProblem} from '../../engine/credentials/credential-problem.js';

/** That something is saved, the first thing that is wrong with it all the same, and where to read of the others. */
export function savedText(saved: string, [first, ...others]: readonly CredentialProblem[]): string {
	const more = others.length === 0 ? '' : ` ${others.length} more: press t.`;
	return first === undefined ? saved : `${saved} ${first.message} ${first.hint}${more}`;
}
