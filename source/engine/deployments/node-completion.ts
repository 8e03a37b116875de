import {Stopwatch} from '../host/stopwatch.js';
import type {RemoteTaskStatus} from '../ssh/remote-task.js';
import type {DoneCheck} from '../templates/template.js';
import type {DeploymentRun} from './deployment-run.js';
import {LogWatcher} from './log-watcher.js';
import type {DeployedNode} from './node.js';
import {mustBeInTime} from './run-limit.js';
import {ScriptFailedError} from './script-failed-error.js';
import {untilSaid} from './until-said.js';

type Check = {readonly check: DoneCheck; readonly watcher: LogWatcher | undefined; holds: boolean};

/**
Watches one node until it is done: all done checks hold or, where there are none, its async scripts ended with 0.

@throws {ScriptFailedError} When a script failed first, or all have ended and the checks still do not hold.
*/
export async function nodeCompletion(run: DeploymentRun, node: DeployedNode, signal: AbortSignal): Promise<void> {
	const {tasks, connections, clock, timing} = run;
	const ids = node.role.asyncScripts.map((_, index) => `async-${index + 1}`);
	const checks = node.role.doneChecks.map(
		(check): Check => ({
			check,
			watcher: check.kind === 'log' ? new LogWatcher(check.path, check.pattern) : undefined,
			holds: false,
		}),
	);
	const said = new Map<string, RemoteTaskStatus>();
	let ended: Stopwatch | undefined;
	for (;;) {
		// First the scripts, then the checks: what a script did before its end is seen.
		const open = ids.filter(id => !said.has(id));
		const asked = open.length === 0 ? [] : await connections.use(node, signal, shell => tasks.status(shell, open));
		const statuses = ids.map(id => said.get(id) ?? asked[open.indexOf(id)] ?? ({state: 'absent'} as const));
		for (const entry of checks.filter(({holds}) => !holds)) {
			const {check, watcher} = entry;
			entry.holds = await connections.use(node, signal, async (shell, touch) =>
				watcher ? watcher.look(shell, touch) : (await shell.stat(check.path)) !== undefined,
			);
		}

		const failed = statuses.findIndex(
			status => status.state !== 'running' && !(status.state === 'ended' && status.code === 0),
		);
		const unmet = checks.filter(({holds}) => !holds).map(({check}) => wording(check));
		const haveEnded = statuses.every(({state}) => state === 'ended');
		if (unmet.length === 0 && (checks.length > 0 || (failed === -1 && haveEnded))) {
			if (failed !== -1) {
				await run.say('warning', `${node.name} is done, though an async script ${howItEnded(statuses[failed])}.`, {
					node,
				});
			}

			return;
		}

		if (failed !== -1) {
			throw await failure(run, node, signal, failed, `${howItEnded(statuses[failed])}${withUnmet(unmet)}`);
		}

		if (ids.length > 0 && haveEnded) {
			ended ??= new Stopwatch(clock);
			if (ended.passedMs() > timing.doneGraceMs) {
				throw await failure(run, node, signal, ids.length - 1, `ended with exit code 0${withUnmet(unmet)}`);
			}
		}

		mustBeInTime(run, `${node.name} was not done`);
		const running = ids.filter((_, index) => statuses[index]?.state === 'running');
		const end = await untilSaid(run, node, running, timing.completionPollMs, signal);
		if (end) {
			said.set(end.id, end.status);
		}
	}
}

const wording = (check: DoneCheck) =>
	check.kind === 'file' ? `there is no ${check.path}` : `no line of ${check.path} matches /${check.pattern}/`;

const withUnmet = (unmet: readonly string[]) => (unmet.length > 0 ? ` and ${unmet.join(', and ')}` : '');

function howItEnded(status: {readonly state: string; readonly code?: number} | undefined): string {
	return status?.code === undefined ? 'vanished without leaving an exit code' : `ended with exit code ${status.code}`;
}

async function failure(
	{tasks, connections}: DeploymentRun,
	node: DeployedNode,
	signal: AbortSignal,
	index: number,
	what: string,
): Promise<ScriptFailedError> {
	const output = await connections.use(node, signal, shell => tasks.lastOutput(shell, `async-${index + 1}`));
	return new ScriptFailedError(node.name, node.role.name, node.role.asyncScripts[index] ?? '', what, output);
}
