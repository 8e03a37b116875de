import assert from 'node:assert/strict';
import {existsSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import type {FakeWorld} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const fault = () => {
	throw new TypeError('a fault of ours');
};

/** All results are here, and were before the instances were terminated. */
function mustBeHome({world, folder, records, events}: FakeDeployment): void {
	for (const {id, role} of world.instances) {
		assert.ok(existsSync(join(folder, role, id, 'root/out')), `nothing of ${role} ${id}: ${events.join('\n')}`);
	}

	const isEnding = (record: JournalRecord) => record.kind === 'step' && record.step === 'terminate-instances';
	const isDownload = (record: JournalRecord) => record.kind === 'step' && record.step === 'download';
	assert.ok(records.findLastIndex(isDownload) < records.findIndex(isEnding));
	assert.deepEqual(world.live, []);
}

/** Its instances can be stopped and started again. */
function stopping(t: TestContext): FakeDeployment {
	const deployment = sampleDeployment();
	const roles = deployment.roles.map(role => ({...role, stops: true}));
	return new FakeDeployment(t, {deployment: {...deployment, roles}});
}

type Ports = ReturnType<FakeWorld['process']>;

/** Puts something between the processes and their world. */
function between({world}: FakeDeployment, change: (ports: Ports) => Partial<Ports>): void {
	const process = world.process.bind(world);
	world.process = mustLive => {
		const ports = process(mustLive);
		return {...ports, ...change(ports)};
	};
}

test('after a failure, a fault in waking what has stopped keeps no result from coming home', async t => {
	const job = stopping(t);
	const has = (step: string) => job.records.some(record => record.kind === 'step' && record.step === step);
	between(job, ({cloud}) => ({
		cloud: {
			...cloud,
			start: async () => undefined,
			describe: async filter => (has('fail') && !has('salvage-data') ? fault() : cloud.describe(filter)),
		},
	}));
	const end = await job.run({
		onRecord(record) {
			if (record.kind === 'state' && record.state === 'COLLECTING_DATA' && !has('fail')) {
				fault();
			}
		},
	});
	assert.equal(end, 'FAILED');
	mustBeHome(job);
	assert.equal(job.events.filter(event => event === 'a fault of ours').length, 1);
});

/** One that stops when results are fetched, and cannot be started so many times. */
async function stoppedWhileFetched(t: TestContext, faults: number): Promise<FakeDeployment> {
	const job = stopping(t);
	let left = faults;
	between(job, ({cloud}) => ({
		cloud: {
			...cloud,
			async start(ids) {
				if (left-- > 0) {
					// By another way each time, which its stack tells.
					left === 0 ? await Promise.reject(new TypeError('a fault of ours')) : fault();
				}

				for (const instance of job.world.instances.filter(({id}) => ids.includes(id))) {
					instance.state = 'running';
				}
			},
		},
	}));
	const end = await job.run({
		onRecord(record) {
			if (record.kind === 'state' && record.state === 'COLLECTING_DATA') {
				job.world.instance('Slave', 1).state = 'stopped';
				rmSync(join(job.folder, 'known_hosts'));
				mkdirSync(join(job.folder, 'known_hosts'));
			}
		},
	});
	assert.equal(end, 'COMPLETED', job.events.join('\n'));
	assert.equal(left, -1);
	mustBeHome(job);
	return job;
}

test('a fault in starting again what has stopped while its results are fetched holds the instances, and is said once', async t => {
	const {events} = await stoppedWhileFetched(t, 2);
	assert.equal(events.filter(event => event.startsWith('TypeError: a fault of ours')).length, 1);
});

test('where there is no room for known_hosts, what is started again gives its results all the same', async t => {
	const {events} = await stoppedWhileFetched(t, 0);
	assert.equal(events.filter(event => event.startsWith('The new addresses are not in known_hosts: ')).length, 1);
});

/** So many looks at what is asked for go wrong once it is collected. */
function withFaults(t: TestContext, looks: number) {
	const deployment = sampleDeployment();
	const [, slave] = deployment.roles;
	assert.ok(slave);
	const {downloads} = slave;
	const job = new FakeDeployment(t, {deployment});
	const faults = {left: looks};
	Object.defineProperty(slave, 'downloads', {
		enumerable: true,
		get: () => (job.states.includes('COLLECTING_DATA') && faults.left-- > 0 ? fault() : downloads),
	});
	return {job, faults};
}

for (const [looks, state] of [
	[1, 'COMPLETED'],
	[2, 'COMPLETED'],
	[6, 'FAILED'],
] as const) {
	test(`a fault in collecting that passes after ${looks} looks costs no results`, async t => {
		const {job} = withFaults(t, looks);
		assert.equal(await job.run(), state, job.end?.cause);
		mustBeHome(job);
	});
}

test('a fault in the rescue that does not pass ends nothing: the job is left to be resumed, and its instances are kept', async t => {
	const {job, faults} = withFaults(t, Number.POSITIVE_INFINITY);
	await assert.rejects(job.run(), TypeError);
	assert.equal(job.end, undefined);
	assert.equal(job.world.live.length, 3);
	faults.left = 0;
	assert.equal(await job.run(), 'FAILED');
	mustBeHome(job);
});
