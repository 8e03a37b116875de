import assert from 'node:assert/strict';
import {test} from 'node:test';
import {leaseLimits, reserveSeconds} from '../../../../source/engine/deployments/lease/lease-limits.js';
import {FakeDeployment} from '../../../helpers/fake-deployment.js';
import {sampleDeployment} from '../../../helpers/sample-deployment.js';

const leased = (changes: object = {}) => ({...sampleDeployment({holdMinutes: 30}), leaseHours: 1, ...changes});

test('leases are renewed as long as data is held for the user, and no longer', async t => {
	const job = new FakeDeployment(t, {
		deployment: {
			...leased(),
			...{roles: leased().roles.map(role => (role.name === 'Slave' ? {...role, downloads: ['/root/nothing']} : role))},
		},
	});
	assert.equal(await job.run(), 'FAILED');
	assert.match(job.end?.cause ?? '', /the hold time of 30 minutes is over/);
	const held = job.records.find(record => record.kind === 'step' && record.step === 'hold');
	const heldAt = Date.parse(held?.at ?? '');
	for (const {renewals} of job.world.instances) {
		const during = renewals.filter(at => at > heldAt);
		assert.ok(during.length >= 5, `renewed ${during.length} times in 30 minutes`);
		const last = Date.parse(job.records.findLast(({kind}) => kind === 'step')?.at ?? '');
		assert.ok(renewals.every(at => at <= last));
	}
});

test('a resumed job renews again, also when all it does is to save what there is', async t => {
	const job = new FakeDeployment(t, {
		deployment: leased({roles: leased().roles.map(role => ({...role, asyncScripts: ['exit 3']}))}),
	});
	const seqOf = (records: typeof job.records) =>
		records.find(record => record.kind === 'step' && record.step === 'salvage-data')?.seq ?? 0;
	const whole = new FakeDeployment(t, {deployment: job.deployment});
	await whole.run();
	await assert.rejects(job.run({crash: {seq: seqOf(whole.records), when: 'after'}}));
	const before = job.world.instances.map(({renewals}) => renewals.length);
	assert.equal(await job.run(), 'FAILED');
	assert.ok(
		job.world.instances.every(({renewals}, index) => renewals.length > (before[index] ?? 0)),
		'no renewal after the crash',
	);
});

test('one without leases, as they were made before, has no timer set', async t => {
	const job = new FakeDeployment(t, {deployment: sampleDeployment()});
	assert.equal(await job.run(), 'COMPLETED');
	assert.deepEqual(
		job.records.filter(record => record.kind === 'step' && record.step === 'lease'),
		[],
	);
	assert.ok(job.world.instances.every(({renewals}) => renewals.length === 0));
});

test('limits: the cap over the rate, less what was used before the timer was set; else the longest run and one more lease', () => {
	// Three instances of $0.01: $0.06 pay two hours.
	assert.deepEqual(leaseLimits(leased({capUsd: 0.06}), 300), {
		leaseSeconds: 3600,
		mostSeconds: 7200 - 300,
		graceSeconds: 600,
		tickSeconds: 30,
	});
	assert.equal(leaseLimits(leased(), 300)?.mostSeconds, 3600 + 3600);
	assert.equal(leaseLimits(leased({capUsd: 100}), 0)?.mostSeconds, 3600 + 3600);
	assert.equal(leaseLimits(leased({capUsd: 0.001}), 3600)?.mostSeconds, 1);
	assert.equal(leaseLimits(leased({leaseHours: undefined}), 0), undefined);
	const free = leased({capUsd: 1, roles: leased().roles.map(role => ({...role, hourlyUsd: 0}))});
	assert.equal(leaseLimits(free, 0)?.mostSeconds, 7200);
	assert.equal(Math.round(reserveSeconds(leased({capUsd: 0.03}))), 360);
});
