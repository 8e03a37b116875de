import {CapacityError} from '../../cloud/capacity-error.js';
import type {Instance} from '../../cloud/cloud.js';
import {Stopwatch} from '../../host/stopwatch.js';
import {JobSuspendedError} from '../../jobs/job-suspended-error.js';
import type {JournalRecord} from '../../jobs/journal.js';
import type {Step} from '../../jobs/step.js';
import {isBegun, isFinished, stepRecord} from '../../jobs/step-marks.js';
import type {DeploymentRun} from '../deployment-run.js';
import {InstancesStoppedError} from '../instances-stopped-error.js';
import {writeKnownHosts} from '../known-hosts.js';
import type {DeployedNode} from '../node.js';

/**
Starts instances again that have stopped themselves, since no job had looked after them: the results are on their disks. They
get other addresses and keep their host keys. What was not begun on them yet is not begun any more.

@throws {InstancesStoppedError}
@throws {JobSuspendedError} When they cannot be started now; until then only their disks cost money.
*/
export const wakeInstances: Step<DeploymentRun> = {
	name: 'wake-instances',
	ofProcess: true,
	async do(run) {
		const {cloud, deployment, clock, timing, cancel} = run;
		if (!cloud.start || !deployment.roles.some(({stops}) => stops)) {
			return;
		}

		const waited = new Stopwatch(clock, 2 * timing.collectRetryMs);
		const woken = new Set<string>();
		for (;;) {
			const nodes = run.nodes();
			const instances = (await run.instances(cancel)).filter(({id}) => nodes.some(node => node.instanceId === id));
			const asleep = instances.filter(({state}) => state === 'stopping' || state === 'stopped');
			const rising = instances.filter(({id, state}) => woken.has(id) && state === 'pending');
			if (asleep.length + rising.length === 0) {
				run.connections.learn(instances);
				break;
			}

			const refusal = await start(run, asleep, woken);
			if (waited.passedMs() > timing.bootLimitMs) {
				throw stillAsleep(run, asleep, refusal);
			}

			await clock.sleep(refusal ? timing.collectRetryMs : timing.launchPollMs, cancel);
		}

		if (woken.size > 0) {
			await writeKnownHosts(run);
		}

		mustHaveBegun(run.journal.records);
	},
};

/** Those that have come to a stop. @returns Why there is no room for one. */
async function start(
	run: DeploymentRun,
	asleep: readonly Instance[],
	woken: Set<string>,
): Promise<CapacityError | undefined> {
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
			if (error instanceof CapacityError) {
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

/** What was set up on an instance is gone with its stop, but for files. @throws {InstancesStoppedError} */
function mustHaveBegun(records: readonly JournalRecord[]): void {
	const told = stepRecord(records, 'contextualize', 'started');
	const hasSlept = records.findLast(record => record.kind === 'step' && record.step === 'wake');
	const isTooSoon = told && hasSlept && hasSlept.seq > told.seq && !isFinished(records, 'start-async-scripts');
	if (isTooSoon && !isBegun(records, 'fail')) {
		throw new InstancesStoppedError();
	}
}

function stillAsleep(
	{deployment}: DeploymentRun,
	asleep: readonly Instance[],
	refusal: CapacityError | undefined,
): JobSuspendedError {
	const states = asleep.map(({id, state, stateReason}) => `${id} is ${state}${stateReason ? ` (${stateReason})` : ''}`);
	return new JobSuspendedError(
		`Stopped instances of ${deployment.launchKey} cannot be started again now: ${refusal?.message ?? `${states.join(', ')}.`}`,
		`Their disks are kept, and alone cost money. Run \`d2cm resume ${deployment.id}\` later, or \`d2cm cancel ${deployment.id}\` to drop what is on them.`,
		{cause: refusal},
	);
}
