import assert from 'node:assert/strict';
import {test} from 'node:test';
import {countRecords, forEachSeq} from '../../helpers/crash-at-every-record.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

test('cancelled at any record, a deployment ends in CANCELLED with nothing left running', async t => {
	const count = await countRecords(t);
	let cancelled = 0;
	await forEachSeq(count, async seq => {
		const job = new FakeDeployment(t);
		const state = await job.run({onRecord: (record, cancel) => (record.seq === seq ? cancel() : undefined)});
		if (job.records.slice(0, seq).some(record => record.kind === 'event' && record.message.startsWith('COMPLETED'))) {
			return; // It was over already.
		}

		cancelled++;
		const where = `cancelled at record ${seq}, ${JSON.stringify(job.records[seq - 1])}`;
		assert.equal(state, 'CANCELLED', where);
		assert.equal(job.states.at(-1), 'CANCELLED', where);
		assert.deepEqual(job.world.live, [], where);
		assert.deepEqual(job.world.prepared, [], where);
		assert.equal(job.end?.remaining, undefined, where);
	});
	assert.ok(cancelled > count * 0.9, `only ${cancelled} of ${count} runs were cancelled`);
});

test('a cancel while a script runs for ever does not wait for it', async t => {
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({slave: {asyncScripts: ['hang'], doneChecks: [{kind: 'file', path: '/root/never'}]}}),
	});
	const begun = performance.now();
	await job.run({
		onRecord(record, cancel) {
			if (record.kind === 'state' && record.state === 'ROLES_STARTED') {
				setTimeout(cancel, 20);
			}
		},
	});
	assert.ok(performance.now() - begun < 60_000);
	assert.equal(job.end?.state, 'CANCELLED');
});

test('a cancel while missing data holds the instances drops the data', async t => {
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({slave: {downloads: ['/no/such']}, holdMinutes: 10_000}),
	});
	await job.run({
		onRecord(record, cancel) {
			if (record.kind === 'event' && record.hint?.includes('d2cm finish ABC123')) {
				setTimeout(cancel, 5);
			}
		},
	});
	assert.equal(job.end?.state, 'CANCELLED');
	assert.deepEqual(job.world.live, []);
});

test('a process that dies while it cancels is resumed into CANCELLED, though nobody cancels again', async t => {
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({slave: {asyncScripts: ['hang'], doneChecks: [{kind: 'file', path: '/root/never'}]}}),
	});
	let seq = 0;
	await assert.rejects(
		job.run({
			crash: {
				get seq() {
					return seq;
				},
				when: 'after',
			},
			onRecord(record, cancel) {
				if (record.kind === 'state' && record.state === 'ROLES_STARTED') {
					seq = record.seq + 3;
					cancel();
				}
			},
		}),
		SimulatedCrash,
	);
	assert.equal(await job.run(), 'CANCELLED');
	assert.deepEqual(job.world.live, []);
});

test('what a cancel could not remove is listed in the end', async t => {
	const job = new FakeDeployment(t, {trouble: {immortal: [2]}});
	await job.run({
		onRecord: (record, cancel) =>
			record.kind === 'state' && record.state === 'INSTANCES_LAUNCHED' ? cancel() : undefined,
	});
	assert.equal(job.end?.state, 'CANCELLED');
	assert.deepEqual(job.end?.remaining, ['instance i-00000002 (test.small, running)']);
});
