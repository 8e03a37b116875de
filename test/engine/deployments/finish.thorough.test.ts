import assert from 'node:assert/strict';
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {countRecords, forEachSeq} from '../../helpers/crash-at-every-record.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

type Changes = Parameters<typeof sampleDeployment>[0];

const make = (t: TestContext, changes: Changes = {}) => new FakeDeployment(t, {deployment: sampleDeployment(changes)});

const isState = (record: JournalRecord, state: string) => record.kind === 'state' && record.state === state;

/** Something to bring home, and no end that anybody would wait for. */
const endless = {
	asyncScripts: ['write /root/out half a result\nhang'],
	doneChecks: [{kind: 'file', path: '/root/never'}],
};

/** All that instances have of what was asked for is here, and nothing of the deployment is left anywhere. */
function mustBeHome(job: FakeDeployment, where: string): void {
	assert.deepEqual(job.world.live, [], where);
	assert.deepEqual(job.world.prepared, [], where);
	assert.equal(job.end?.remaining, undefined, where);
	for (const {role, id, files} of job.world.instances) {
		const content = files.get('/root/out');
		const home = join(job.folder, role, id, 'root/out');
		if (content !== undefined) {
			assert.equal(existsSync(home) ? readFileSync(home, 'utf8') : undefined, content, `${where}: ${id}`);
		}
	}
}

test('ended by the user at any record, a deployment brings home what was written, and leaves nothing running', async t => {
	const count = await countRecords(t);
	const states: Record<string, number> = {};
	await forEachSeq(count, async seq => {
		const job = make(t);
		const state = await job.run({onRecord: (record, _, finish) => (record.seq === seq ? finish() : undefined)});
		const where = `ended at record ${seq}, ${JSON.stringify(job.records[seq - 1])}`;
		const wasUp = job.states.includes('INSTANCES_LAUNCHED');
		assert.equal(state, wasUp ? 'COMPLETED' : 'CANCELLED', where);
		mustBeHome(job, where);
		states[state] = (states[state] ?? 0) + 1;
	});
	assert.ok((states['COMPLETED'] ?? 0) > 20 && (states['CANCELLED'] ?? 0) > 5, JSON.stringify(states));
});

test('killed at any record after the user ended it, a deployment is resumed into that end', async t => {
	const whole = make(t, {slave: endless});
	const at = (job: FakeDeployment) => (record: JournalRecord, _: () => void, finish: () => void) =>
		isState(record, 'ROLES_STARTED') && job.records.length > 0 ? finish() : undefined;
	await whole.run({onRecord: at(whole)});
	const first = whole.records.find(record => isState(record, 'ROLES_STARTED'))?.seq ?? 0;
	const seqs = whole.records.filter(({seq}) => seq > first).map(({seq}) => seq);
	assert.ok(seqs.length > 20);
	for (const when of ['before', 'after'] as const) {
		await forEachSeq(seqs.length, async number => {
			const seq = seqs[number - 1] ?? 0;
			const job = make(t, {slave: endless});
			await assert.rejects(job.run({crash: {seq, when}, onRecord: at(job)}), SimulatedCrash);
			assert.equal(await job.run(), 'COMPLETED');
			mustBeHome(job, `killed ${when} record ${seq}`);
			const said = job.events.filter(message => message === 'Ended by the user, results first.');
			assert.ok(said.length >= 1 && said.length <= 2, 'it is said');
			assert.equal(new Set(job.states).size, job.states.length, 'a state was entered twice');
		});
	}
});

test('scripts that still run are ended before what they have written is fetched', async t => {
	const job = make(t, {slave: endless});
	await job.run({
		onRecord(record, _, finish) {
			if (isState(record, 'ROLES_STARTED')) {
				setTimeout(finish, 20);
			} else if (isState(record, 'COLLECTING_DATA')) {
				const codes = [1, 2].map(index => job.world.instance('Slave', index).tasks.get('async-1')?.code);
				assert.deepEqual(codes, [143, 143]);
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(job.events.includes('A script that still ran on slave-2 ended by SIGTERM.'));
	mustBeHome(job, 'at its end');
});

test('what scripts have not written is named, and not waited for', async t => {
	const job = make(t, {
		master: {downloads: ['/root/out', '/root/summary']},
		slave: endless,
		holdMinutes: 10_000,
	});
	await job.run({
		onRecord(record, _, finish) {
			if (isState(record, 'ROLES_STARTED')) {
				finish();
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(
		job.events.includes(
			'Not there when the user ended the run: /root/summary of master-1 (There is no /root/summary on master-1.).',
		),
	);
	assert.ok(!job.records.some(record => record.kind === 'step' && record.step === 'hold'));
	mustBeHome(job, 'at its end');
});

test('while missing data holds the instances, the end is for the user to say', async t => {
	const job = make(t, {slave: {downloads: ['/root/out', '/root/never']}, holdMinutes: 10_000});
	await job.run({
		onRecord(record, _, finish) {
			if (record.kind === 'event' && record.hint?.includes('d2cm finish ABC123')) {
				setTimeout(finish, 5);
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(
		job.events.some(message => /^Not there when the user ended the run: .*\/root\/never of slave-2/.test(message)),
	);
	assert.ok(job.events.includes('Ended by the user, results first.'));
	mustBeHome(job, 'at its end');
});

test('data that are there and cannot be brought home hold the instances as ever', async t => {
	const job = make(t, {slave: endless});
	const inTheWay = join(job.folder, 'Slave');
	writeFileSync(inTheWay, '');
	let living = 0;
	await job.run({
		onRecord(record, _, finish) {
			if (isState(record, 'ROLES_STARTED')) {
				finish();
			} else if (record.kind === 'event' && record.hint?.startsWith('Mend what it says')) {
				living = job.world.live.length;
				rmSync(inTheWay);
			}
		},
	});
	assert.equal(living, 3);
	assert.equal(job.end?.state, 'COMPLETED');
	mustBeHome(job, 'at its end');
});

test('an instance out of reach delays the end of no other, and what is on it holds it', async t => {
	const job = make(t, {slave: endless, holdMinutes: 60});
	await job.run({
		onRecord(record, _, finish) {
			if (isState(record, 'ROLES_STARTED')) {
				job.world.instance('Slave', 1).refusals = Number.POSITIVE_INFINITY;
				finish();
			} else if (record.kind === 'event' && record.message.startsWith('Data that was asked for is not here')) {
				job.world.instance('Slave', 1).refusals = 0;
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(
		job.events.some(message =>
			/^The scripts of slave-1 could not be ended.*: nothing came back for \d+ s/.test(message),
		),
	);
	mustBeHome(job, 'at its end');
});

test('a cancel after that drops the results, and a run that has failed stays a failed one', async t => {
	const dropped = make(t, {master: {downloads: ['/no/such']}, slave: endless});
	await dropped.run({
		onRecord(record, cancel, finish) {
			if (isState(record, 'ROLES_STARTED')) {
				finish();
			} else if (isState(record, 'COLLECTING_DATA')) {
				cancel();
			}
		},
	});
	assert.equal(dropped.end?.state, 'CANCELLED');
	const failed = make(t, {slave: {startScripts: ['write /root/out early', 'exit 3']}});
	await failed.run({
		onRecord: (record, _, finish) => (isState(record, 'COLLECTING_DATA') ? finish() : undefined),
	});
	assert.equal(failed.end?.state, 'FAILED');
	assert.match(failed.end?.cause ?? '', /ended with exit code 3/);
	mustBeHome(failed, 'after a failure');
});
