import type {Instance} from '../../cloud/cloud.js';
import {isPassing} from '../../errors/app-error.js';
import {Stopwatch} from '../../host/stopwatch.js';
import type {Step} from '../../jobs/step.js';
import {stepRecord} from '../../jobs/step-marks.js';
import {HostKeyError} from '../../ssh/host-key-error.js';
import {BootFailedError} from '../boot-failure.js';
import {BootNews} from '../boot-news.js';
import {byId} from '../by-id.js';
import type {DeploymentRun} from '../deployment-run.js';
import {UnknownHostKeys} from '../host-key/unknown-host-keys.js';
import {endOf} from '../instance-end.js';
import {InstanceLostError} from '../instance-lost-error.js';
import {InstanceUnreachableError} from '../instance-unreachable-error.js';
import {writeKnownHosts} from '../known-hosts.js';
import {loginUser, mustReachRoot} from '../login-user.js';
import type {DeployedNode} from '../node.js';
import {runningNode} from '../node.js';
import {replaceInstance} from '../replace-instance.js';
import {isReplacement} from '../replacement.js';
import {sayConsole} from '../say-console.js';

/** Waits until every instance answers by SSH, or one of them is seen to have died or to have stopped booting, or the limit is over. */
export const waitForBoot: Step<DeploymentRun> = {
	name: 'wait-for-boot',
	reaches: 'INSTANCES_LAUNCHED',
	async do(run) {
		const {clock, timing, cancel, say} = run;
		const waited = new Stopwatch(clock);
		const giveUp = new AbortController();
		const signal = AbortSignal.any([cancel, giveUp.signal]);
		let nodes = run.nodes();
		const attempts = new Map<string, Attempt>();
		const hostKeys = new UnknownHostKeys(run);
		const news = new BootNews(run);
		const noteReached = async () => {
			const done = [...attempts.values()].filter(({state}) => state === 'reached').length;
			await run.journal.append({kind: 'progress', task: 'boot', done, total: nodes.length, unit: 'steps'});
		};
		try {
			for (;;) {
				const instances = await run.instances(signal);
				if (await replaceDead(run, instances)) {
					nodes = run.nodes();
					continue;
				}

				run.connections.learn(instances);
				const known = byId(instances);
				for (const node of nodes) {
					const instance = known.get(node.instanceId);
					if (instance && runningNode(node, instance) && isOpenForAttempt(attempts.get(node.instanceId))) {
						attempts.set(node.instanceId, tryToReach(run, node, instance, {signal, hostKeys, onReached: noteReached}));
					}
				}

				const pause = clock.sleep(timing.launchPollMs, signal);
				await Promise.race([pause, settled([...attempts.values()])]);
				signal.throwIfAborted();
				const missing = nodes.filter(node => attempts.get(node.instanceId)?.state !== 'reached');
				const fatal = [...attempts.values()].find(({state}) => state === 'refused');
				if (fatal) {
					throw fatal.error;
				}

				if (missing.length === 0) {
					break;
				}

				const asksUser = [...attempts.values()].some(({error}) => error instanceof HostKeyError);
				const limitMs = Math.max(timing.bootLimitMs, asksUser ? timing.hostKeyLimitMs : 0);
				if (waited.passedMs() > limitMs) {
					for (const node of missing) {
						await sayConsole(run, node);
					}

					throw unreachable(missing, attempts, limitMs);
				}

				await news.tell(missing).catch(async (error: unknown) => {
					const failed = error instanceof BootFailedError ? missing.find(({name}) => name === error.node) : undefined;
					if (failed) {
						await sayConsole(run, failed);
					}

					throw error;
				});
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

type Reaching = {
	readonly signal: AbortSignal;
	readonly hostKeys: UnknownHostKeys;
	readonly onReached: () => Promise<void>;
};

function tryToReach(
	run: DeploymentRun,
	node: DeployedNode,
	{launchedAt}: Instance,
	{signal, hostKeys, onReached}: Reaching,
): Attempt {
	const attempt: Attempt = {state: 'trying'};
	/** Whether a host key is refused only for now. */
	const isOpen = async (error: unknown): Promise<boolean> => {
		try {
			if (error instanceof HostKeyError) {
				await hostKeys.settle(node, error);
				return true;
			}

			return false;
		} catch (refusal) {
			attempt.error = refusal;
			return signal.aborted;
		}
	};
	const reach = async () => {
		try {
			const shell = await run.connections.open(node, signal);
			const user = loginUser(run.journal.records, node) ?? '';
			await mustReachRoot(node, user, shell);
			const seconds = (run.clock.now().getTime() - reservedAt(run, node, launchedAt)) / 1000;
			await run.say(
				'info',
				`${node.name} (${node.instanceId}) answers by SSH${user === 'root' ? '' : ` as ${user}`}, ${seconds.toFixed(1)} s after its reservation.`,
				{
					node,
				},
			);
			attempt.state = 'reached';
			await onReached();
		} catch (error) {
			attempt.error = error;
			attempt.state = isPassing(error) || signal.aborted || (await isOpen(error)) ? 'lost' : 'refused';
		}
	};
	attempt.ended = reach();
	return attempt;
}

function reservedAt({journal}: DeploymentRun, {role}: DeployedNode, launchedAt: string): number {
	return new Date(stepRecord(journal.records, 'reserve', 'started', role.name)?.at ?? launchedAt).getTime();
}

/**
Reserves others for instances that the cloud ended by itself before they had booted, once for each.

@returns Whether there are new ones to wait for.
@throws {InstanceLostError} When the reason is one that will not pass.
*/
async function replaceDead(run: DeploymentRun, instances: readonly Instance[]): Promise<boolean> {
	let isReplaced = false;
	const known = byId(instances);
	for (const node of run.nodes()) {
		const instance = known.get(node.instanceId);
		const end = instance && endOf(instance);
		if (end !== undefined) {
			await sayConsole(run, node);
			const isEnding = instance?.state === 'terminated' || instance?.state === 'shutting-down';
			const mayPass = isEnding && instance?.stateReason?.startsWith('Server.');
			if (!mayPass || isReplacement(run.journal.records, node.instanceId)) {
				throw new InstanceLostError(node.name, node.instanceId, end, false, true);
			}

			await replaceInstance(run, node, end);
			isReplaced = true;
		}
	}

	return isReplaced;
}

function unreachable(
	missing: readonly DeployedNode[],
	attempts: ReadonlyMap<string, Attempt>,
	limitMs: number,
): InstanceUnreachableError {
	const error = missing
		.map(({instanceId}) => attempts.get(instanceId)?.error)
		.find(candidate => candidate instanceof Error);
	return new InstanceUnreachableError(
		missing.map(({name}) => name),
		limitMs / 1000,
		error instanceof Error ? error.message : 'its address did not become known',
		{cause: error},
	);
}
