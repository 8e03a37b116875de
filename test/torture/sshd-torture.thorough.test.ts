import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {DeploymentContext} from '../../source/engine/deployments/deployment-context.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import type {JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import {connectSsh2} from '../../source/engine/ssh/ssh2-shell.js';
import {memoryJournal} from '../helpers/memory-journal.js';
import {seededRandom} from '../helpers/seeded-random.js';
import type {SshdCloud} from '../helpers/sshd-cloud.js';
import {plainSshdDeployment, sshdContext, sshdRoot} from '../helpers/sshd-deployment.js';
import {judgeSshd} from './judge-sshd.js';
import {type ShellFault, ShellFaults, silencedCloud} from './sshd-faults.js';

type Job = {readonly context: DeploymentContext; readonly cloud: SshdCloud; readonly records: JournalRecord[]};

async function prepare(
	t: TestContext,
	onEntry: (entry: JournalEntry, job: Job) => void = () => undefined,
): Promise<Job> {
	const root = await sshdRoot(t);
	const records: JournalRecord[] = [];
	const journal = memoryJournal(records, {afterAppend: async (_, entry) => onEntry(entry, job)});
	const context = sshdContext(root, plainSshdDeployment(root), journal);
	const cloud = context.cloud as SshdCloud;
	// Short enough that a hang is soon over, long enough for a busy machine.
	const timing = {...context.timing, commandLimitMs: 6000, transferStallMs: 6000, unreachableLimitMs: 120_000};
	const job = {
		context: {...context, timing},
		cloud,
		records,
	};
	return job;
}

function mustBeWhole({context, cloud, records}: Job, what: string): void {
	assert.deepEqual(judgeSshd(context.folder, cloud, records), [], what);
}

const isState = (entry: JournalEntry, state: string) => entry.kind === 'state' && entry.state === state;

test('whatever is being done on a real instance may break or hang', async t => {
	const calm = new ShellFaults(0, 'hang');
	const first = await prepare(t);
	await runDeployment({...first.context, connect: calm.around(connectSsh2)});
	mustBeWhole(first, 'without any fault');

	const random = seededRandom(7);
	const kinds: readonly ShellFault[] = ['reset before', 'reset after', 'hang'];
	const cases = kinds.flatMap(fault =>
		Array.from({length: fault === 'hang' ? 2 : 4}, () => ({
			fault,
			number: 1 + Math.floor(random() * calm.done.length),
		})),
	);
	const worker = async () => {
		for (let one = cases.shift(); one; one = cases.shift()) {
			const faults = new ShellFaults(one.number, one.fault);
			const job = await prepare(t);
			await runDeployment({...job.context, connect: faults.around(connectSsh2)});
			mustBeWhole(job, `${one.fault} at ${one.number}, ${faults.struck}`);
		}
	};
	await Promise.all([worker(), worker(), worker()]);
});

test('a cloud that falls silent while the scripts run, and answers again, is an event', async t => {
	let silentUntil = 0;
	const job = await prepare(t, entry => {
		if (isState(entry, 'ROLES_STARTED')) {
			silentUntil = performance.now() + 3000;
		}
	});
	const cloud = silencedCloud(job.cloud, () => performance.now() < silentUntil);
	await runDeployment({...job.context, cloud});
	mustBeWhole(job, 'after the silence');
});

test('an instance that is frozen for a while is waited for', async t => {
	const job = await prepare(t, (entry, {cloud}) => {
		if (isState(entry, 'ROLES_STARTED')) {
			const [id = ''] = cloud.liveInstances();
			cloud.freeze(id);
			void sleep(2000).then(() => cloud.thaw(id));
		}
	});
	await runDeployment(job.context);
	mustBeWhole(job, 'after the frost');
});

test('an instance that vanishes ends the run by its name, and the others give what they have', async t => {
	let gone = '';
	const job = await prepare(t, (entry, {cloud}) => {
		if (isState(entry, 'JOB_COMPLETED')) {
			gone = cloud.liveInstances()[0] ?? '';
			cloud.vanish(gone);
		}
	});
	assert.equal(await runDeployment(job.context), 'FAILED');
	const end = job.records.find(record => record.kind === 'end');
	assert.match(end?.cause ?? '', new RegExp(gone));
	assert.deepEqual(job.cloud.liveInstances(), []);
});
