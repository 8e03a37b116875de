import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {CloudUnreachableError} from '../../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import {HostKeyError} from '../../../source/engine/ssh/host-key-error.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash, worldClock} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const minute = 60_000;

/** How long the instances are kept, as each word of it said at its time, in minutes. */
const keptMinutes = ({records}: FakeDeployment) =>
	records.flatMap(record => {
		const until = record.kind === 'event' ? /are kept until (\S+ \S+ UTC),/.exec(record.message)?.[1] : undefined;
		return until === undefined ? [] : [(Date.parse(until) - Date.parse(record.at)) / minute];
	});

const missingOf = (t: TestContext, holdMinutes: number) =>
	new FakeDeployment(t, {deployment: sampleDeployment({master: {downloads: ['/no/such']}, holdMinutes})});

test('a process that resumes a hold has what is left of it, and five minutes at least', async t => {
	const job = missingOf(t, 60);
	// It dies right after it has said so.
	const crash = {seq: 0, when: 'after' as const};
	await assert.rejects(
		job.run({
			crash,
			onRecord({kind, seq, ...record}) {
				crash.seq = kind === 'step' && 'step' in record && record.step === 'absent' ? seq + 1 : crash.seq;
			},
		}),
		SimulatedCrash,
	);
	const begun = job.records.find(record => record.kind === 'step' && record.step === 'hold');
	assert.ok(begun);
	Object.assign(begun, {at: new Date(Date.parse(begun.at) - 58 * minute).toISOString()});
	assert.equal(await job.run(), 'FAILED');
	assert.match(job.end?.cause ?? '', /the hold time of 60 minutes is over/);
	const [first = 0, second = 0] = keptMinutes(job);
	assert.ok(first > 50 && first <= 60, `${first} minutes`);
	assert.ok(second > 0 && second <= 5, `${second} minutes`);
	assert.deepEqual(job.world.live, []);
});

test('that one instance is gone is no reason not to hold another, whose data can still come', async t => {
	const job = missingOf(t, 2);
	assert.equal(
		await job.run({
			onRecord(record) {
				if (record.kind === 'state' && record.state === 'COLLECTING_DATA') {
					job.world.instance('Slave', 1).state = 'terminated';
				}
			},
		}),
		'FAILED',
	);
	assert.match(job.end?.cause ?? '', /the hold time of 2 minutes is over: .*\/no\/such of master-1/);
	assert.equal(keptMinutes(job).length > 0, true);
	assert.deepEqual(job.world.live, []);
});

const partlyReadable = (t: TestContext) =>
	new FakeDeployment(t, {
		trouble: {unreadable: ['/root/results/secret']},
		deployment: sampleDeployment({
			master: {
				asyncScripts: ['write /root/results/secret 1\nwrite /root/results/plain 2\nwrite /root/done yes'],
				doneChecks: [{kind: 'file', path: '/root/done'}],
				downloads: ['/root/results'],
			},
			holdMinutes: 2,
		}),
	});

test('a result that cannot be read keeps the instances, and all the rest is home meanwhile', async t => {
	const job = partlyReadable(t);
	const end = await job.run({
		onRecord(record) {
			if (record.kind === 'event' && /are kept until/.test(record.message)) {
				assert.match(record.message, /\/root\/results of master-1 \(secret cannot be read: permission denied\)/);
				assert.equal(job.world.live.length, 3);
				const sums = readFileSync(join(job.folder, 'SHA256SUMS'), 'utf8');
				assert.match(sums, /root\/results\/plain\n/);
				assert.doesNotMatch(sums, /secret/);
				job.world.trouble = {};
			}
		},
	});
	assert.equal(end, 'COMPLETED');
	assert.match(readFileSync(join(job.folder, 'SHA256SUMS'), 'utf8'), /root\/results\/secret\n/);
});

test('a result that could not be read until the hold time was over is no success, and is named', async t => {
	const job = partlyReadable(t);
	assert.equal(await job.run(), 'FAILED');
	assert.match(job.end?.cause ?? '', /the hold time of 2 minutes is over: .*secret cannot be read/);
	assert.match(readFileSync(join(job.folder, 'SHA256SUMS'), 'utf8'), /root\/results\/plain\n/);
	assert.deepEqual(job.world.live, []);
});

/** The cloud of its world is another, for every process. */
function changeCloud({world}: FakeDeployment, change: (cloud: Cloud) => Partial<Cloud>): void {
	const process = world.process.bind(world);
	world.process = mustLive => {
		const {cloud, ...ports} = process(mustLive);
		return {...ports, cloud: {...cloud, ...change(cloud)}};
	};
}

/** Its world, from which this machine can be cut off: neither instances nor the cloud answer then. */
function cuttable(job: FakeDeployment): {cut: (isCut: boolean) => void} {
	const {world} = job;
	let isCut = false;
	const reach = () => {
		if (isCut) {
			throw new CloudUnreachableError('ec2:DescribeInstances', 'does not answer');
		}
	};
	changeCloud(job, cloud => ({
		async describe(filter) {
			reach();
			return cloud.describe(filter);
		},
		async prepare(owner) {
			reach();
			await cloud.prepare(owner);
		},
	}));
	return {
		cut(isNow) {
			isCut = isNow;
			for (const instance of world.instances) {
				instance.refusals = isNow ? Number.POSITIVE_INFINITY : 0;
			}
		},
	};
}

test('while neither instances nor cloud can be reached, the end of the hold time throws nothing away', async t => {
	// A quarter of an hour passes for as long as the instances would live without us, and is not counted as out of reach.
	const job = new FakeDeployment(t, {deployment: {...sampleDeployment({holdMinutes: 2}), leaseHours: 0.25}});
	const {cut} = cuttable(job);
	await assert.rejects(
		job.run({
			onRecord(record) {
				if (record.kind === 'state' && record.state === 'COLLECTING_DATA') {
					cut(true);
				}
			},
		}),
		JobSuspendedError,
	);
	assert.equal(job.world.live.length, 3);
	cut(false);
	assert.equal(await job.run(), 'COMPLETED');
	assert.deepEqual(job.world.live, []);
});

test('a quarter of an hour without network on this side ends no work on the other', async t => {
	const job = new FakeDeployment(t);
	const {cut} = cuttable(job);
	let [cutAt, healed] = [Number.POSITIVE_INFINITY, false];
	const watch = setInterval(() => {
		if (!healed && worldClock.now().getTime() - cutAt > 15 * minute) {
			healed = true;
			cut(false);
		}
	}, 5);
	t.after(() => clearInterval(watch));
	const end = await job.run({
		onRecord(record) {
			if (record.kind === 'state' && record.state === 'ROLES_STARTED') {
				cut(true);
				cutAt = worldClock.now().getTime();
			}
		},
	});
	assert.equal(end, 'COMPLETED', job.end?.cause);
	assert.ok(healed);
	assert.deepEqual(job.world.live, []);
});

test('when this machine gets another address meanwhile, the cloud is told of it, and the results come home', async t => {
	const job = new FakeDeployment(t);
	const {world} = job;
	changeCloud(job, cloud => ({
		async prepare(owner) {
			await cloud.prepare(owner);
			for (const instance of world.instances) {
				instance.refusals = 0;
			}
		},
	}));
	const end = await job.run({
		onRecord(record) {
			if (record.kind === 'state' && record.state === 'ROLES_STARTED') {
				for (const instance of world.instances) {
					instance.refusals = Number.POSITIVE_INFINITY;
				}
			}
		},
	});
	assert.equal(end, 'COMPLETED', job.end?.cause);
	assert.deepEqual(world.live, []);
});

test('an instance that has moved while another machine answers at its old address is found where it is now', async t => {
	const job = new FakeDeployment(t);
	const {world} = job;
	const process = world.process.bind(world);
	let hasMoved = false;
	world.process = mustLive => {
		const {cloud, connect, ...ports} = process(mustLive);
		return {
			...ports,
			cloud: {
				...cloud,
				describe: async filter =>
					(await cloud.describe(filter)).map(instance => ({
						...instance,
						...(hasMoved && instance.ssh && {ssh: {...instance.ssh, host: '127.0.0.2'}}),
					})),
			},
			async connect(target, signal) {
				if (hasMoved && target.host === '127.0.0.1') {
					throw new HostKeyError(target.name, target.host, 'ssh-ed25519 AAAA');
				}

				const shell = await connect(target, signal);
				const isBroken = () => hasMoved && target.host === '127.0.0.1';
				return Object.create(shell, {closed: {get: () => isBroken() || shell.closed}});
			},
		};
	};
	const end = await job.run({
		onRecord(record) {
			hasMoved ||= record.kind === 'state' && record.state === 'ROLES_STARTED';
		},
	});
	assert.equal(end, 'COMPLETED', job.end?.cause);
	assert.deepEqual(world.live, []);
});
