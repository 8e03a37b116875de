import type {DoneCheck, Role} from '../templates/template.js';

/** By what it is known that an instance of a role is done: its checks, the ends of its async scripts, or it is not waited for. */
export type DoneRule = 'checks' | 'scripts' | 'unawaited';

/** The step that tells that a node's scripts have ended while a done check of it does not hold; written to journals. */
export const awaitCheckStep = 'await-check';

type Checked = Pick<Role, 'doneChecks'>;

const hasChecks = ({doneChecks}: Checked) => doneChecks.length > 0;

/** Where any role has a done check, the checks decide, and a role without one counts as finished. */
export function doneRule(role: Checked, roles: readonly Checked[]): DoneRule {
	return hasChecks(role) ? 'checks' : roles.some(hasChecks) ? 'unawaited' : 'scripts';
}

/** Says when a run is over: `The run is over when Master has /tmp/done.txt; Slave is not waited for.` */
export function doneSentence(
	roles: ReadonlyArray<Pick<Role, 'name' | 'count' | 'doneChecks' | 'asyncScripts' | 'onScriptError'>>,
): string {
	const borne = roles.filter(({onScriptError}) => onScriptError === 'continue').map(({name}) => name);
	const failing = borne.length > 0 ? ` A script of ${list(borne, 'or')} that fails does not end it.` : '';
	return `${overWhen(roles)}${failing}`;
}

function overWhen(roles: Parameters<typeof doneSentence>[0]): string {
	const checked = roles.filter(hasChecks);
	if (checked.length === 0) {
		return roles.some(({asyncScripts}) => asyncScripts.length > 0)
			? 'No role has a done check: the run is over when all async scripts have ended.'
			: 'No role has a done check or an async script: the run is over when the start scripts have ended.';
	}

	const conditions = checked.map(
		({name, count, doneChecks}) =>
			`${count === 1 ? name : `each instance of ${name}`} has ${list(doneChecks.map(checkWords))}`,
	);
	const others = roles.filter(role => !hasChecks(role)).map(({name}) => name);
	const unawaited = others.length === 0 ? '' : `; ${list(others)} ${others.length === 1 ? 'is' : 'are'} not waited for`;
	return `The run is over when ${list(conditions)}${unawaited}.`;
}

const checkWords = (check: DoneCheck) =>
	check.kind === 'file' ? check.path : `a line like /${check.pattern}/ in ${check.path}`;

/** `Master, Slave and Worker` */
const list = (words: readonly string[], last = 'and') =>
	words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
