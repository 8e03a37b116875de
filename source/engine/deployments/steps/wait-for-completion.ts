import {within} from '../../host/within.js';
import type {Step} from '../../jobs/step.js';
import {isFinished} from '../../jobs/step-marks.js';
import {shellQuote} from '../../ssh/shell-quote.js';
import {ShellSilentError} from '../../ssh/shell-silent-error.js';
import {byId} from '../by-id.js';
import type {DeploymentRun} from '../deployment-run.js';
import {doneSentence} from '../done-rule.js';
import {endOf} from '../instance-end.js';
import {InstanceLostError} from '../instance-lost-error.js';
import type {DeployedNode} from '../node.js';
import {NodeCompletion} from '../node-completion.js';
import {sayConsole} from '../say-console.js';
import {together, type Work} from '../together.js';

/**
Waits until all that is waited for is done, while the cloud is asked whether all instances still run, and the scripts of those that
are not waited for are watched.
*/
export const waitForCompletion: Step<DeploymentRun> = {
	name: 'wait-for-completion',
	reaches: 'JOB_COMPLETED',
	async do(run) {
		const isOver = new AbortController();
		const all = run.nodes().map(node => new NodeCompletion(run, node));
		const awaited = all.filter(({rule}) => rule !== 'unawaited');
		const others = all.filter(({rule}) => rule === 'unawaited');
		const saidRoles = new Set<string>();
		const meanwhile = (work: Work) => async (signal: AbortSignal) => {
			try {
				await work(AbortSignal.any([signal, isOver.signal]));
			} catch (error) {
				if (!isOver.signal.aborted) {
					throw error;
				}
			}
		};
		const wait = async (signal: AbortSignal) => {
			await together(
				signal,
				awaited.length,
				awaited.map(completion => async nodeSignal => {
					const {node} = completion;
					await run.once('node-done', node.name, async () => {
						await completion.untilDone(nodeSignal);
						// While others are waited for, somebody may cancel, and is told what that drops.
						return awaited.length > 1 ? measureResults(run, node, nodeSignal) : undefined;
					});
					await sayRoleDone(run, node.role.name, saidRoles);
				}),
			);
			isOver.abort(new Error('all are done'));
		};
		const watchScripts = async (signal: AbortSignal) =>
			together(
				signal,
				others.length,
				others.map(completion => async nodeSignal => mustRunWell(run, completion, awaited, nodeSignal)),
			);

		await sayDoneRule(run);
		for (const role of new Set(others.map(({node}) => node.role.name))) {
			await sayFinished(run, role);
		}

		await together(run.cancel, 3, [
			wait,
			meanwhile(watchScripts),
			meanwhile(async signal => watchInstances(run, signal)),
		]);
	},
};

/** Also in a deployment that an older version began, which waited for roles without a check, too. */
async function sayDoneRule({deployment, once, say}: DeploymentRun): Promise<void> {
	await once('done-rule', deployment.launchKey, async () => {
		await say('info', doneSentence(deployment.roles));
		return undefined;
	});
}

/**
A script that fails on an instance that is not waited for ends the run, unless that is over: what is done ends its peers, and these
are often seen to fail first.

@throws {ScriptFailedError}
*/
async function mustRunWell(
	run: DeploymentRun,
	completion: NodeCompletion,
	awaited: readonly NodeCompletion[],
	signal: AbortSignal,
): Promise<void> {
	const failure = await completion.scriptFailure(signal);
	if (failure) {
		const open = awaited.filter(({node}) => !isFinished(run.journal.records, 'node-done', node.name));
		const standings = await Promise.all(open.map(async other => other.look(signal)));
		if (standings.some(({isDone}) => !isDone)) {
			throw failure;
		}

		const {node} = completion;
		await run.say('warning', failure.message, {node, hint: 'All that is waited for was done by then.'});
	}
}

const measureLimitMs = 20_000;

/** How much there is of what a node is to give, by its own word; undefined where it does not say so soon. Nothing fails for it. */
async function measureResults(
	{clock, connections}: Pick<DeploymentRun, 'clock' | 'connections'>,
	node: DeployedNode,
	signal: AbortSignal,
): Promise<{readonly files: number; readonly bytes: number} | undefined> {
	const paths = node.role.downloads.map(shellQuote).join(' ');
	if (paths === '') {
		return undefined;
	}

	const command = `find -H ${paths} -type f -printf '%s\\n' 2>/dev/null | awk '{n++; s += $1} END {printf "%d %.0f\\n", n, s}'`;
	const late = () => new ShellSilentError(node.name, measureLimitMs);
	try {
		const {stdout} = await within({clock, limitMs: measureLimitMs, late, signal}, async () => {
			const shell = await connections.open(node, signal);
			return shell.run(command, {timeoutMs: measureLimitMs, signal});
		});
		const [files = 0, bytes = 0] = (/^(\d+) (\d+)$/.exec(stdout.trim()) ?? []).slice(1).map(Number);
		return files > 0 ? {files, bytes} : undefined;
	} catch {
		return undefined;
	}
}

/** @param said Roles of which that is being said: the last nodes may be done at the same moment. */
async function sayRoleDone(run: DeploymentRun, role: string, said: Set<string>): Promise<void> {
	const isDone = run
		.nodes()
		.filter(node => node.role.name === role)
		.every(({name}) => isFinished(run.journal.records, 'node-done', name));
	if (isDone && !said.has(role)) {
		said.add(role);
		await sayFinished(run, role);
	}
}

/** In the words of the original tool, which counts a role without a check as finished from the start. */
async function sayFinished({once, say}: DeploymentRun, role: string): Promise<void> {
	await once('role-done', role, async () => {
		await say('info', `Role ${role} Returning true for finished test`, {role});
		return undefined;
	});
}

/**
Believes that an instance is gone once the cloud has said so twice: when it was asked for all of them, and some time later for this
one. A cloud that gives no answer, or refuses, does not end what runs: SSH tells how it stands.

@throws {InstanceLostError}
*/
async function watchInstances(run: DeploymentRun, signal: AbortSignal): Promise<never> {
	for (let suspects: readonly DeployedNode[] = []; ; ) {
		await run.clock.sleep(run.timing.completionPollMs, signal);
		const isSuspect = ({instanceId}: DeployedNode) => suspects.some(node => node.instanceId === instanceId);
		const ended = await endedOf(run, run.nodes(), signal);
		const again = await endedOf(run, ended.map(({node}) => node).filter(isSuspect), signal, {byId: true});
		for (const {node, end} of again) {
			await sayConsole(run, node);
			await run.once('lost', node.instanceId, async () => undefined);
			throw new InstanceLostError(node.name, node.instanceId, end);
		}

		suspects = ended.map(({node}) => node);
	}
}

type Ended = {readonly node: DeployedNode; readonly end: string};

async function endedOf(
	run: DeploymentRun,
	nodes: readonly DeployedNode[],
	signal: AbortSignal,
	how: {readonly byId?: boolean} = {},
): Promise<readonly Ended[]> {
	if (nodes.length === 0) {
		return [];
	}

	const ids = how.byId ? nodes.map(({instanceId}) => instanceId) : undefined;
	const known = byId((await run.instancesNow(signal, ids)) ?? []);
	return nodes.flatMap(node => {
		const instance = known.get(node.instanceId);
		const end = instance && endOf(instance);
		return end === undefined ? [] : [{node, end}];
	});
}
