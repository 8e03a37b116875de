import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {CapacityError} from '../../../source/engine/cloud/capacity-error.js';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {NotAllowedError} from '../../../source/engine/cloud/ec2/errors/not-allowed-error.js';
import type {DeploymentContext} from '../../../source/engine/deployments/deployment-context.js';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {FakeWorld, worldClock} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

/** A deployment on a cloud that is not quite as one would like it. */
async function runOn(
	t: TestContext,
	change: (cloud: Cloud, records: readonly JournalRecord[], world: FakeWorld) => Partial<Cloud>,
	context: Partial<DeploymentContext> = {},
) {
	const world = new FakeWorld();
	const {cloud, ...rest} = world.process();
	const records: JournalRecord[] = [];
	const state = await runDeployment({
		...rest,
		cloud: {...cloud, ...change(cloud, records, world)},
		deployment: sampleDeployment(),
		folder: await temporaryFolder(t),
		journal: {
			records,
			async append(entry) {
				records.push({...entry, seq: records.length + 1, at: worldClock.now().toISOString()});
			},
		},
		cancel: new AbortController().signal,
		...context,
	});
	const end = records.find(record => record.kind === 'end');
	return {world, state, end, cause: end?.cause ?? ''};
}

test('fewer instances than were asked for are none: they are released, and it is said', async t => {
	const {world, state, cause, end} = await runOn(t, cloud => ({
		reserve: async request => (await cloud.reserve(request)).slice(0, 1),
	}));
	assert.equal(state, 'FAILED');
	assert.match(cause, /^2 instance\(s\) were asked for role Slave and the cloud gave 1\.$/);
	assert.equal(world.instances.length, 3);
	assert.deepEqual([world.live, world.prepared, end?.remaining], [[], [], undefined]);
});

test('what a refused reservation may have made all the same is waited for as long as a cloud does not show what is new', async t => {
	const unseenMs = 5 * 60_000;
	let madeAt = Number.POSITIVE_INFINITY;
	const {world, state, cause, end} = await runOn(t, cloud => ({
		unseenMs,
		async reserve(request) {
			const made = await cloud.reserve(request);
			if (request.role === 'Slave') {
				madeAt = worldClock.now().getTime();
				throw new CapacityError('There is no room, it says.');
			}

			return made;
		},
		async describe(filter) {
			const shown = await cloud.describe(filter);
			const isShown = worldClock.now().getTime() - madeAt > unseenMs / 2;
			return shown.filter(({tags}) => tags['d2cm:role'] !== 'Slave' || isShown);
		},
	}));
	assert.equal(state, 'FAILED');
	assert.match(cause, /There is no room, it says/);
	assert.equal(world.instances.length, 3);
	assert.deepEqual([world.live, end?.remaining], [[], undefined]);
});

test('an instance that a cloud does not show when all are to end is ended all the same', async t => {
	const {world, state, end} = await runOn(t, (cloud, records) => ({
		async describe(filter) {
			const isEnding = records.some(record => record.kind === 'state' && record.state === 'SHUTTING_DOWN');
			return (await cloud.describe(filter)).filter(({tags}) => tags['d2cm:role'] !== 'Slave' || !isEnding);
		},
	}));
	assert.equal(state, 'COMPLETED');
	assert.deepEqual([world.live, end?.remaining], [[], undefined]);
});

test('a cloud that keeps what the instances shared is named with what is left', async t => {
	const {end, world} = await runOn(t, () => ({
		cleanUp: async () => {
			throw new CapacityError('Not now, it says.');
		},
	}));
	assert.deepEqual(end?.remaining, ['key pair and network of pi.ABC123']);
	assert.deepEqual(world.live, []);
});

test('what was asked of a cloud before a cancel and comes about after it is taken away, too', async t => {
	for (const what of ['prepare', 'reserve'] as const) {
		const cancel = new AbortController();
		const late = async <T>(work: () => Promise<T>) => {
			cancel.abort(new Error('cancelled'));
			await worldClock.sleep(120_000);
			return work();
		};
		const {world, state} = await runOn(
			t,
			cloud =>
				what === 'prepare'
					? {prepare: async owner => late(async () => cloud.prepare(owner))}
					: {reserve: async request => late(async () => cloud.reserve(request))},
			{cancel: cancel.signal, timing: {terminateLimitMs: 24 * 3_600_000}},
		);
		await worldClock.sleep(240_000);
		assert.equal(state, 'CANCELLED');
		assert.deepEqual([world.live, world.prepared], [[], []], what);
	}
});

const refused = new NotAllowedError('ec2:DescribeInstances');
const isIn = (records: readonly JournalRecord[], state: string) =>
	records.some(record => record.kind === 'state' && record.state === state);

test('a refused question ends nothing that runs, in whatever state it comes: it is said, and asked again', async t => {
	for (const state of [
		'INSTANCES_LAUNCHED',
		'ROLES_CONTEXTUALIZED',
		'ROLES_STARTED',
		'COLLECTING_DATA',
		'SHUTTING_DOWN',
	]) {
		let refusals = 0;
		const {state: end, world} = await runOn(t, (cloud, records) => ({
			async describe(filter) {
				if (isIn(records, state) && refusals++ < 5) {
					throw refused;
				}

				return cloud.describe(filter);
			},
		}));
		assert.equal(end, 'COMPLETED', state);
		assert.deepEqual(world.live, []);
	}
});

test('a cloud that refuses while instances boot is asked again, and the deployment waits for it unended', async t => {
	const records: JournalRecord[] = [];
	let isRefusing = true;
	const world = new FakeWorld();
	const {cloud, ...rest} = world.process();
	const again = async () =>
		runDeployment({
			...rest,
			cloud: {
				...cloud,
				async describe(filter) {
					if (isRefusing && world.instances.length === 3) {
						throw refused;
					}

					return cloud.describe(filter);
				},
			},
			deployment: sampleDeployment(),
			folder,
			journal: {
				records,
				async append(entry) {
					records.push({...entry, seq: records.length + 1, at: worldClock.now().toISOString()});
				},
			},
			cancel: new AbortController().signal,
		});
	const folder = await temporaryFolder(t);
	await assert.rejects(again, (error: unknown) => {
		assert.ok(error instanceof JobSuspendedError);
		assert.match(
			error.message,
			/^It cannot be seen how the instances of pi\.ABC123 stand; they are kept: The credential/,
		);
		assert.match(error.hint, /allow ec2:DescribeInstances\. Then run `d2cm resume ABC123`\.$/);
		return true;
	});
	assert.equal(world.live.length, 3);
	assert.ok(!records.some(record => record.kind === 'step' && record.step === 'fail'));
	isRefusing = false;
	assert.equal(await again(), 'COMPLETED');
	assert.deepEqual([world.instances.length, world.live], [3, []]);
});

test('a cloud that refuses to end the instances is no end: what to mend is said, and resume ends them', async t => {
	await assert.rejects(
		runOn(t, () => ({
			terminate: async () => {
				throw new NotAllowedError('ec2:TerminateInstances');
			},
		})),
		(error: unknown) => error instanceof JobSuspendedError && /ec2:TerminateInstances.*d2cm resume/s.test(error.hint),
	);
});

test('a cloud that says by mistake that instances are gone ends nothing, as long as it says otherwise when asked for each', async t => {
	const late = {doneChecks: [{kind: 'file', path: '/root/late'}]};
	let mistakes = 0;
	const {state} = await runOn(
		t,
		(cloud, records, world) => ({
			async describe(filter) {
				const shown = await cloud.describe(filter);
				const isWrong = isIn(records, 'ROLES_STARTED') && !isIn(records, 'JOB_COMPLETED') && 'tags' in filter;
				mistakes += isWrong ? 1 : 0;
				if (mistakes === 3) {
					world.instance('Master', 1).files.set('/root/late', '');
				}

				return isWrong ? shown.map(one => ({...one, state: 'terminated' as const})) : shown;
			},
		}),
		{deployment: sampleDeployment({master: late})},
	);
	assert.equal(state, 'COMPLETED');
	assert.ok(mistakes >= 3);
});

test('the cap is kept while instances boot, and while the cloud lets nobody know where they are', async t => {
	const capped = {...sampleDeployment(), capUsd: 0.001};
	const hours = (records: readonly JournalRecord[]) =>
		records.flatMap(({at}) => Date.parse(at)).reduce((most, at, _, [first = 0]) => Math.max(most, at - first), 0) /
		3_600_000;
	for (const [until, what] of [
		['', 'instances were still booting'],
		['INSTANCES_LAUNCHED', 'instances were still being introduced to each other'],
	] as const) {
		let kept: readonly JournalRecord[] = [];
		const {state, cause, world} = await runOn(
			t,
			(cloud, records) => {
				kept = records;
				return {
					async describe(filter) {
						const shown = await cloud.describe(filter);
						const isSilent = (until === '' || isIn(records, until)) && !isIn(records, 'SHUTTING_DOWN');
						return isSilent
							? shown.map(({ssh: _ssh, privateAddress: _address, ...one}) => ({...one, state: 'pending' as const}))
							: shown;
					},
				};
			},
			{deployment: capped},
		);
		assert.equal(state, 'FAILED');
		assert.match(cause, new RegExp(`of its cap of \\$0\\.0010; ${what}\\.$`));
		assert.deepEqual(world.live, []);
		// Three instances of $0.01 an hour pay for two minutes.
		assert.ok(hours(kept) < 0.1, `${hours(kept)} hours`);
	}
});

test('a process that takes up a reservation nobody knows the outcome of bears a refusal, since instances may run', async t => {
	const records: JournalRecord[] = [
		{kind: 'step', step: 'reserve', subject: 'Master', mark: 'started', seq: 1, at: worldClock.now().toISOString()},
	];
	let refusals = 0;
	const {state} = await runOn(
		t,
		cloud => ({
			async describe(filter) {
				if (refusals++ < 5) {
					throw refused;
				}

				return cloud.describe(filter);
			},
		}),
		{
			journal: {
				records,
				async append(entry) {
					records.push({...entry, seq: records.length + 1, at: worldClock.now().toISOString()});
				},
			},
		},
	);
	assert.equal(state, 'COMPLETED');
	assert.ok(refusals > 5);
});
