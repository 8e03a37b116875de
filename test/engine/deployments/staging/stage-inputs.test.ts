import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {stagingBucket} from '../../../../source/engine/cloud/staging.js';
import {JobSuspendedError} from '../../../../source/engine/jobs/job-suspended-error.js';
import {bucketNameProblem} from '../../../../source/engine/object-store/bucket-name.js';
import {StoreKeysError} from '../../../../source/engine/object-store/errors/store-keys-error.js';
import {StoreRefusedError} from '../../../../source/engine/object-store/errors/store-refused-error.js';
import {StoreRightsError} from '../../../../source/engine/object-store/errors/store-rights-error.js';
import {SimulatedCrash} from '../../../helpers/fake-world.js';
import {stagedDeployment, stagingBucketName} from '../../../helpers/staged-deployment.js';

const bucket = stagingBucketName;
const prefix = 'd2cm/00000000-0000-4000-8000-000000000001/pi.ABC123/';

async function staged(t: TestContext, bytes = 100, slaves = 2) {
	const {job, store, shared, own} = stagedDeployment(t, {leastBytes: 100, bytes, slaves});
	const fileOf = (role: string, index: number, path: string) => job.world.instance(role, index).files.get(path);
	const mustBeGone = async () => {
		assert.equal(job.end?.state, 'COMPLETED', job.events.join('\n'));
		if ((await store.bucketState(bucket)) === 'ours') {
			assert.deepEqual([await store.list(bucket, ''), await store.listUploads(bucket, '')], [[], []]);
		}
	};
	return {job, store, shared, own, fileOf, mustBeGone};
}

test('what several instances want is uploaded once, fetched by each, and removed', async t => {
	const {job, store, shared, own, fileOf, mustBeGone} = await staged(t);
	await job.run();
	await mustBeGone();
	for (const index of [1, 2]) {
		assert.match(fileOf('Slave', index, '/root/shared') ?? '', new RegExp(`^fetched from ${prefix}[0-9a-f]{64}$`));
	}

	assert.equal(fileOf('Master', 1, '/root/own'), `content of ${own}`, 'one instance alone gets it from here');
	assert.deepEqual(
		store.calls.map(call => call.split(' ')[0]),
		['makeBucket', 'put', 'remove'],
	);
	const reserved = job.records.findIndex(record => record.kind === 'step' && record.step === 'reserve');
	const uploaded = job.records.findIndex(
		record => record.kind === 'step' && record.subject === shared && record.mark === 'finished',
	);
	assert.ok(uploaded < reserved, 'no instance is paid for meanwhile');
});

test('small inputs, and those of a cloud without an object store, are sent to each', async t => {
	const small = await staged(t, 99);
	await small.job.run();
	assert.deepEqual(small.store.calls, []);
	const without = await staged(t);
	without.job.world.staging = undefined;
	await without.job.run();
	assert.equal(without.fileOf('Slave', 1, '/root/shared'), `content of ${without.shared}`);
	assert.equal(without.job.end?.state, 'COMPLETED');
});

test('a store that does not take it is an event, and the inputs go to each instance', async t => {
	for (const refused of ['makeBucket', 'put']) {
		const {job, store, shared, fileOf, mustBeGone} = await staged(t);
		store.onCall = call => {
			if (call.startsWith(refused)) {
				throw new StoreRightsError(refused, `in the bucket ${bucket}`);
			}
		};
		await job.run();
		await mustBeGone();
		assert.equal(fileOf('Slave', 2, '/root/shared'), `content of ${shared}`);
		assert.ok(job.events.some(event => event.startsWith('Large inputs go to each instance from here')));
	}
});

test('a bucket of somebody else is left alone', async t => {
	const {job, store, shared, fileOf} = await staged(t);
	store.addForeignBucket(bucket);
	await job.run();
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(fileOf('Slave', 2, '/root/shared'), `content of ${shared}`);
});

test('an object that is gone is sent from here instead, and tried by no more instances than need be', async t => {
	const {job, store, shared, fileOf, mustBeGone} = await staged(t);
	await job.run({
		onRecord(record) {
			if (record.kind === 'step' && record.step === 'upload-files' && record.mark === 'started') {
				void store.list(bucket, prefix).then(async ([object]) => store.remove(bucket, object?.key ?? ''));
			}
		},
	});
	await mustBeGone();
	assert.equal(fileOf('Slave', 1, '/root/shared'), `content of ${shared}`);
	assert.ok(
		job.events.some(event => /^slave-[12] could not fetch \/root\/shared \(curl ended with 22, HTTP 404\)/.test(event)),
	);
});

test('a bucket that two instances do not reach is not tried by all the others', async t => {
	const {job, mustBeGone} = await staged(t, 100, 40);
	job.world.trouble = {...job.world.trouble, noFetch: true};
	await job.run();
	await mustBeGone();
	const causes = job.events.filter(event => event.includes('could not fetch'));
	assert.equal(causes.length, 40);
	assert.ok(causes.some(event => event.includes('curl ended with 7)')));
	// Sixteen are worked on at once; one more may have begun between the first failure and the second.
	assert.ok(job.world.fetches <= 17 * 3, `${job.world.fetches} tries`);
});

test('an upload that was killed in the middle is gone on with', async t => {
	const {job, store, mustBeGone} = await staged(t, 17 * 2 ** 20);
	store.onCall = call => {
		if (call.endsWith(' 3')) {
			throw new SimulatedCrash();
		}
	};
	let isDead = false;
	await assert.rejects(
		job.run({
			onRecord() {
				// What is noted after the failure is what a dead process does not note.
				isDead ||= store.calls.some(call => call.endsWith(' 3'));
				if (isDead) {
					throw new SimulatedCrash();
				}
			},
		}),
		SimulatedCrash,
	);
	job.records.splice(job.records.findIndex(record => record.kind === 'step' && record.step === 'fail'));
	store.onCall = () => undefined;
	await job.run();
	await mustBeGone();
	const parts = store.calls.filter(call => call.startsWith('putPart')).map(call => call.split(' ')[2]);
	assert.equal(parts.filter(part => part === '1').length, 1, parts.join());
	assert.equal(store.calls.filter(call => call.startsWith('beginUpload')).length, 1);
});

test('cancelled in the middle of the upload, nothing is left in the bucket', async t => {
	const {job, store} = await staged(t, 17 * 2 ** 20);
	await job.run({
		onRecord(record, cancel) {
			if (record.kind === 'step' && record.step === 'stage-upload') {
				cancel();
			}
		},
	});
	assert.equal(job.end?.state, 'CANCELLED');
	assert.deepEqual(job.world.instances, []);
	assert.deepEqual([await store.list(bucket, ''), await store.listUploads(bucket, '')], [[], []]);
});

test('what cannot be removed since the keys are refused is removed once they are mended', async t => {
	for (const problem of ['unknown', 'wrong'] as const) {
		const {job, store, mustBeGone} = await staged(t);
		store.onCall = call => {
			if (call.startsWith('remove')) {
				throw new StoreKeysError('memory', problem);
			}
		};
		await assert.rejects(job.run(), JobSuspendedError);
		assert.equal(job.end, undefined);
		store.onCall = () => undefined;
		await job.run();
		await mustBeGone();
	}
});

test('what cannot be removed is named at the end', async t => {
	const {job, store} = await staged(t);
	store.onCall = call => {
		if (call.startsWith('remove')) {
			throw new StoreRefusedError('memory', 'DeleteObject', 'InvalidRequest', 'no');
		}
	};
	await job.run();
	assert.equal(job.end?.state, 'FAILED');
	assert.deepEqual(job.end?.remaining, [`objects ${prefix}* in the bucket ${bucket}`]);
});

test('the bucket of an installation has a name every store takes, in every region', () => {
	for (const region of ['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'My_Cloud.Region', 'x'.repeat(80)]) {
		assert.equal(bucketNameProblem(stagingBucket('00000000-0000-4000-8000-000000000001', region)), undefined);
	}
});
