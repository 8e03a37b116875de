import {join} from 'node:path';
import type {Instance} from '../../cloud/cloud.js';
import type {Step} from '../../jobs/step.js';
import {stepRecord} from '../../jobs/step-marks.js';
import {ConnectionLostError} from '../../ssh/connection-lost-error.js';
import {knownHostsLine} from '../../ssh/known-hosts-line.js';
import {BootNews} from '../boot-news.js';
import type {DeploymentRun} from '../deployment-run.js';
import {endOf} from '../instance-end.js';
import {InstanceLostError} from '../instance-lost-error.js';
import {InstanceUnreachableError} from '../instance-unreachable-error.js';
import type {DeployedNode} from '../node.js';
import {runningNode} from '../node.js';
import {sayConsole} from '../say-console.js';
import {writeWhole} from '../write-whole.js';

/** Waits until every instance answers by SSH, or one of them is seen to have died, or the limit is over. */
export const waitForBoot: Step<DeploymentRun> = {
	name: 'wait-for-boot',
	reaches: 'INSTANCES_LAUNCHED',
	async do(run) {
		const {clock, timing, cancel, say} = run;
		const begunAt = clock.now().getTime();
		const giveUp = new AbortController();
		const signal = AbortSignal.any([cancel, giveUp.signal]);
		const nodes = run.nodes();
		const attempts = new Map<DeployedNode, Attempt>();
		const news = new BootNews(run);
		const noteReached = async () => {
			const done = [...attempts.values()].filter(({state}) => state === 'reached').length;
			await run.journal.append({kind: 'progress', task: 'boot', done, total: nodes.length, unit: 'steps'});
		};
		try {
			for (;;) {
				const instances = await run.instances(signal);
				await lookForDead(run, instances);
				for (const node of nodes) {
					const instance = instances.find(({id}) => id === node.instanceId);
					if (instance && runningNode(node, instance) && isOpenForAttempt(attempts.get(node))) {
						attempts.set(node, tryToReach(run, node, instance, signal, noteReached));
					}
				}

				const pause = clock.sleep(timing.launchPollMs, signal);
				await Promise.race([pause, settled([...attempts.values()])]);
				signal.throwIfAborted();
				const missing = nodes.filter(node => attempts.get(node)?.state !== 'reached');
				const fatal = [...attempts.values()].find(({state}) => state === 'refused');
				if (fatal) {
					throw fatal.error;
				}

				if (missing.length === 0) {
					break;
				}

				if (clock.now().getTime() - begunAt > timing.bootLimitMs) {
					for (const node of missing) {
						await sayConsole(run, node);
					}

					throw unreachable(missing, attempts, timing.bootLimitMs);
				}

				await news.tell(missing);
				await pause;
			}
		} finally {
			giveUp.abort(new Error('the wait is over'));
		}

		await writeKnownHosts(run);
		await say('info', "The deployment's instances have booted.");
	},
};

type Attempt = {state: 'trying' | 'lost' | 'reached' | 'refused'; error?: unknown; ended?: Promise<void>};

const isOpenForAttempt = (attempt: Attempt | undefined) => attempt === undefined || attempt.state === 'lost';

/** Resolves when nothing is being tried any more; never when nothing was. */
function settled(attempts: readonly Attempt[]): Promise<unknown> {
	const trying = attempts.filter(({state}) => state === 'trying');
	return trying.length === 0 ? new Promise(() => undefined) : Promise.all(trying.map(({ended}) => ended));
}

function tryToReach(
	run: DeploymentRun,
	node: DeployedNode,
	{launchedAt}: Instance,
	signal: AbortSignal,
	onReached: () => Promise<void>,
): Attempt {
	const attempt: Attempt = {state: 'trying'};
	const reach = async () => {
		try {
			await run.connections.open(node, signal);
			const seconds = (run.clock.now().getTime() - reservedAt(run, node, launchedAt)) / 1000;
			await run.say(
				'info',
				`${node.name} (${node.instanceId}) answers by SSH, ${seconds.toFixed(1)} s after its reservation.`,
				{
					node,
				},
			);
			attempt.state = 'reached';
			await onReached();
		} catch (error) {
			attempt.error = error;
			attempt.state = error instanceof ConnectionLostError || signal.aborted ? 'lost' : 'refused';
		}
	};
	attempt.ended = reach();
	return attempt;
}

function reservedAt({journal}: DeploymentRun, {role}: DeployedNode, launchedAt: string): number {
	return new Date(stepRecord(journal.records, 'reserve', 'started', role.name)?.at ?? launchedAt).getTime();
}

async function lookForDead(run: DeploymentRun, instances: readonly Instance[]): Promise<void> {
	for (const node of run.nodes()) {
		const instance = instances.find(({id}) => id === node.instanceId);
		const end = instance && endOf(instance);
		if (end !== undefined) {
			await sayConsole(run, node);
			throw new InstanceLostError(node.name, node.instanceId, end);
		}
	}
}

function unreachable(
	missing: readonly DeployedNode[],
	attempts: ReadonlyMap<DeployedNode, Attempt>,
	limitMs: number,
): InstanceUnreachableError {
	const error = missing.map(node => attempts.get(node)?.error).find(candidate => candidate instanceof Error);
	return new InstanceUnreachableError(
		missing.map(({name}) => name),
		limitMs / 1000,
		error instanceof Error ? error.message : 'its address did not become known',
		{cause: error},
	);
}

/** For the user's own `ssh -o UserKnownHostsFile=...`. */
async function writeKnownHosts(run: DeploymentRun): Promise<void> {
	const {hosts} = await run.keys();
	const instances = await run.instances(run.cancel);
	const lines = run.nodes().flatMap(({role, instanceId}) => {
		const ssh = instances.find(({id}) => id === instanceId)?.ssh;
		const key = hosts.get(role.name)?.publicKey;
		return ssh && key ? [knownHostsLine(ssh.host, ssh.port, key)] : [];
	});
	await writeWhole(join(run.folder, 'known_hosts'), lines.join(''));
}
