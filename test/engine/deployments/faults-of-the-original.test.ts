import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {parseTemplate} from '../../../source/engine/templates/parse-template.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

// What the original tool did wrong, one by one.

async function seqOf(t: TestContext, state: string): Promise<number> {
	const job = new FakeDeployment(t);
	await job.run();
	return job.records.find(record => record.kind === 'state' && record.state === state)?.seq ?? 0;
}

test('a crash while collecting is resumed into collecting, so no result is lost', async t => {
	const job = new FakeDeployment(t);
	await assert.rejects(job.run({crash: {seq: (await seqOf(t, 'COLLECTING_DATA')) + 3, when: 'after'}}), SimulatedCrash);
	assert.equal(job.world.live.length, 3);
	await job.run();
	for (const path of ['Master/i-00000001', 'Slave/i-00000002', 'Slave/i-00000003']) {
		assert.ok(existsSync(join(job.folder, path, 'root/out')));
	}
});

test('a crash while launching is resumed, and no instance leaks', async t => {
	const job = new FakeDeployment(t);
	let seq = 0;
	await assert.rejects(
		job.run({
			crash: {
				get seq() {
					return seq;
				},
				when: 'before',
			},
			onRecord(record) {
				// The next record would have been that the master is reserved.
				seq ||= record.kind === 'event' && record.message.startsWith('Reserving') ? record.seq + 1 : 0;
			},
		}),
		SimulatedCrash,
	);
	assert.equal(job.world.live.length, 1);
	assert.equal(await job.run(), 'COMPLETED');
	assert.equal(job.world.instances.length, 3);
	assert.deepEqual(job.world.live, []);
});

test('a partial reservation is released', async t => {
	const job = new FakeDeployment(t, {trouble: {refuseRoles: ['Slave']}});
	await job.run();
	assert.equal(job.world.instances.length, 1);
	assert.deepEqual(job.world.live, []);
});

test('readiness is seen, not slept for: instances that answer late are waited for, and no longer', async t => {
	const job = new FakeDeployment(t);
	await job.run({
		onRecord(record) {
			if (record.kind === 'step' && record.step === 'wait-for-boot' && record.mark === 'started') {
				job.world.instance('Slave', 2).refusals = 8;
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(job.world.instance('Slave', 2).refusals < 0);
});

test('no wait is without a limit', async t => {
	const slow = sampleDeployment({
		slave: {asyncScripts: ['hang'], doneChecks: [{kind: 'file', path: '/root/never'}]},
		maxRunMinutes: 2,
	});
	assert.equal(await new FakeDeployment(t, {deployment: slow}).run(), 'FAILED');
	assert.equal(await new FakeDeployment(t, {trouble: {withoutSsh: [1]}}).run(), 'FAILED');
	assert.equal(await new FakeDeployment(t, {trouble: {immortal: [1]}}).run(), 'FAILED');
});

test('a cancel while starting or monitoring is obeyed, and recorded as CANCELLED', async t => {
	for (const state of ['LAUNCHING_INSTANCES', 'ROLES_STARTED']) {
		const job = new FakeDeployment(t, {
			deployment: sampleDeployment({
				slave: {asyncScripts: ['hang'], doneChecks: [{kind: 'file', path: '/root/never'}]},
			}),
		});
		await job.run({
			onRecord: (record, cancel) => (record.kind === 'state' && record.state === state ? cancel() : undefined),
		});
		assert.equal(job.end?.state, 'CANCELLED');
		assert.ok(!job.states.includes('COMPLETED'));
	}
});

test('uploads, scripts, checks and downloads of every role are done, not of the first alone', async t => {
	const yaml = `
name: two
roles:
  - {name: A, image: w, asyncScripts: [write /root/a 1], downloads: [/root/a]}
  - name: B
    image: w
    uploads: [{local: /etc/hostname, remote: /root/in}]
    startScripts: [write /root/b 2]
    asyncScripts: [write /root/done 3]
    doneChecks: [{kind: file, path: /root/done}]
    downloads: [/root/in, /root/b]
`;
	const {roles} = parseTemplate(yaml, '/');
	const deployment = sampleDeployment();
	const job = new FakeDeployment(t, {
		deployment: {
			...deployment,
			roles: roles.map(role => ({...role, imageId: 'ami-1', instanceType: 'x', hourlyUsd: 0, user: 'root'})),
		},
	});
	assert.equal(await job.run(), 'COMPLETED');
	assert.equal(readFileSync(join(job.folder, 'B/i-00000002/root/in'), 'utf8'), 'content of /etc/hostname');
	assert.equal(readFileSync(join(job.folder, 'B/i-00000002/root/b'), 'utf8'), '2\n');
});

test('no async script starts before every role has ended its start scripts', async t => {
	const job = new FakeDeployment(t);
	await job.run();
	const {effects} = job.world;
	const lastStart = effects.findLastIndex(effect => / start-\d/.test(effect));
	const firstAsync = effects.findIndex(effect => / async-\d/.test(effect));
	assert.ok(lastStart < firstAsync, effects.join(', '));
});

test('no secret is in the journal, and host keys are pinned before the first connection', async t => {
	const job = new FakeDeployment(t);
	const secrets = new Set<string>();
	await job.run({
		onRecord() {
			for (const name of ['pi.ABC123.pem', 'keys/nodes', 'keys/host-Master']) {
				const file = join(job.folder, name);
				if (existsSync(file)) {
					secrets.add(readFileSync(file, 'utf8').split('\n')[2] ?? '');
				}
			}
		},
	});
	assert.equal(secrets.size, 3);
	const journal = JSON.stringify(job.records);
	assert.ok([...secrets].every(secret => secret.length > 20 && !journal.includes(secret)));
});
