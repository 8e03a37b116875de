import type {Instance} from '../cloud/cloud.js';
import {AppError} from '../errors/app-error.js';
import {Stopwatch} from '../host/stopwatch.js';
import {JobSuspendedError} from '../jobs/job-suspended-error.js';
import type {JournalRecord} from '../jobs/journal.js';
import type {DeploymentRun} from './deployment-run.js';
import {faultWords} from './fault-words.js';
import {isAsleep} from './instance-end.js';
import {writeKnownHosts} from './known-hosts.js';
import type {DeployedNode} from './node.js';
import {stopAgain} from './stop-again.js';

/**
Starts what has stopped again. It gets another address and keeps its host key.

@throws {JobSuspendedError} When that cannot be now; until then the disks are kept, and those that could be started are stopped.
*/
export async function wakeAsleep(run: DeploymentRun): Promise<void> {
	const {clock, timing, cancel} = run;
	if (!run.cloud.start) {
		return;
	}

	const waited = new Stopwatch(clock, 2 * timing.collectRetryMs);
	const woken = new Set<string>();
	for (;;) {
		const instances = await ownInstances(run);
		const asleep = instances.filter(isAsleep);
		const rising = instances.filter(({id, state}) => woken.has(id) && state === 'pending');
		if (asleep.length + rising.length === 0) {
			run.connections.learn(instances);
			break;
		}

		const refusal = await start(run, asleep, woken);
		if (waited.passedMs() > timing.bootLimitMs) {
			throw stillAsleep(run, {asleep, awake: await stopAgain(run, async () => ownInstances(run))}, refusal);
		}

		await clock.sleep(refusal ? timing.collectRetryMs : timing.launchPollMs, cancel);
	}

	if (woken.size > 0) {
		await tellAddresses(run);
	}
}

/** They are for the user's own ssh; a disk that is full is no reason to give anything up. */
async function tellAddresses(run: DeploymentRun): Promise<void> {
	try {
		await writeKnownHosts(run);
	} catch (error) {
		const {message, hint} = faultWords(error);
		await run.say('warning', `The new addresses are not in known_hosts: ${message}`, {hint});
	}
}

/** @throws {JobSuspendedError} Whether anything has stopped decides whether results are lost: it is not guessed. */
async function ownInstances(run: DeploymentRun): Promise<readonly Instance[]> {
	const {cancel, deployment} = run;
	try {
		const instances = await run.instances(cancel);
		return instances.filter(({id}) => run.nodes().some(({instanceId}) => instanceId === id));
	} catch (error) {
		cancel.throwIfAborted();
		if (error instanceof AppError) {
			throw new JobSuspendedError(
				`It cannot be seen whether instances of ${deployment.launchKey} have stopped: ${error.message}`,
				`${error.hint} Then run \`d2cm resume ${deployment.id}\`.`,
				{cause: error},
			);
		}

		throw error;
	}
}

/** Those that have come to a stop. @returns Why one cannot be started, for want of room or of a right. */
async function start(
	run: DeploymentRun,
	asleep: readonly Instance[],
	woken: Set<string>,
): Promise<AppError | undefined> {
	const {ask, cancel, cloud, journal, say} = run;
	for (const instance of asleep.filter(({state}) => state === 'stopped')) {
		const node = run.nodes().find(({instanceId}) => instanceId === instance.id);
		if (node && !woken.has(instance.id)) {
			const data = {ranUntil: ranUntil(run, node, instance)};
			await journal.append({kind: 'step', step: 'wake', subject: instance.id, mark: 'started', data});
			await say('warning', `${node.name} (${instance.id}) has stopped, and is started again for what is on its disk.`, {
				node,
			});
			woken.add(instance.id);
		}

		try {
			await ask(async () => cloud.start?.([instance.id]), cancel);
		} catch (error) {
			cancel.throwIfAborted();
			if (error instanceof AppError) {
				return error;
			}

			throw error;
		}
	}

	return undefined;
}

/**
When an instance has stopped, as the cloud says; else at the latest: it renewed its lease with a process before this one, or is
seen by this one.
*/
function ranUntil({deployment, journal, connections, clock}: DeploymentRun, node: DeployedNode, {endedAt}: Instance) {
	const now = clock.now().getTime();
	const last =
		connections.address(node) === undefined ? journal.records.findLast(isOfEarlier(journal.records)) : undefined;
	const lease = (deployment.leaseHours ?? 0) * 3_600_000;
	return endedAt ?? new Date(last ? Math.min(now, Date.parse(last.at) + lease) : now).toISOString();
}

const isOfEarlier = (records: readonly JournalRecord[]) => {
	const since = records.findLastIndex(({kind}) => kind === 'owner');
	return (_: JournalRecord, index: number) => index < since;
};

function stillAsleep(
	{deployment}: DeploymentRun,
	{asleep, awake}: {readonly asleep: readonly Instance[]; readonly awake: readonly Instance[]},
	refusal: AppError | undefined,
): JobSuspendedError {
	const states = asleep.map(({id, state, stateReason}) => `${id} is ${state}${stateReason ? ` (${stateReason})` : ''}`);
	return new JobSuspendedError(
		`Stopped instances of ${deployment.launchKey} cannot be started again now: ${refusal?.message ?? `${states.join(', ')}.`}`,
		`Their disks are kept${awake.length === 0 ? ', and alone cost money' : `; until their lease is over, ${awake.map(({id}) => id).join(', ')} run and cost money, too`}. Run \`d2cm resume ${deployment.id}\` later, or \`d2cm cancel ${deployment.id}\` to drop what is on them.`,
		{cause: refusal},
	);
}
