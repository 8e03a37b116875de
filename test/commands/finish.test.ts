import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JobSummary} from '../../source/actions/d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import type {JournalEntry} from '../../source/engine/jobs/journal.js';
import {openJournal} from '../../source/store/journal-file.js';
import {jobPaths} from '../../source/store/paths.js';
import {tryLock} from '../../source/store/process-lock.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';

const state = (name: string): JournalEntry => ({kind: 'state', state: name});
const finished = (step: string, subject: string, data = {}): JournalEntry => ({
	kind: 'step',
	step,
	subject,
	mark: 'finished',
	data,
});
const started: readonly JournalEntry[] = [
	finished('reserve', 'Master', {instances: ['i-1']}),
	finished('reserve', 'Slave', {instances: ['i-2', 'i-3']}),
	state('ROLES_STARTED'),
];
const masterDone = finished('node-done', 'master-1', {files: 3, bytes: 12 * 2 ** 20});
const begun = ['master-1#1', 'slave-1#1', 'slave-2#1'].map(
	(subject): JournalEntry => ({kind: 'step', step: 'async-script', subject, mark: 'started'}),
);

/** A deployment that this very process works on, as its journal has it. */
async function living(t: TestContext, entries: readonly JournalEntry[]) {
	const home = await homeWithTemplate(t);
	const deployment = sampleDeployment();
	const folder = join(home, 'deployments', deployment.template, deployment.id);
	await mkdir(folder, {recursive: true});
	await writeDeployment(folder, deployment);
	const paths = jobPaths(folder);
	const journal = await openJournal(paths.journal);
	t.after(() => journal.close());
	for (const entry of [...started, ...entries]) {
		await journal.append(entry);
	}

	const lock = await tryLock(paths.lock);
	t.after(() => lock?.release());
	let signals = 0;
	const {kill} = process;
	t.mock.method(process, 'kill', (pid: number, signal: NodeJS.Signals | 0) => {
		signals += signal === 'SIGTERM' ? 1 : 0;
		return signal === 'SIGTERM' || kill.call(process, pid, signal);
	});
	const call = async (words: readonly string[], terminal = {}) => callHere(home, words, undefined, terminal);
	return {call, ...paths, journal, signals: () => signals};
}

test('a cancel that would drop results of a role that is done says so by name and size, and does nothing where nobody can be asked', async t => {
	const {call, cancel} = await living(t, [masterDone]);
	for (const json of [[], ['--json']]) {
		const {status, stderr, stdout} = await call(['cancel', 'ABC123', ...json]);
		assert.equal(status, 3);
		const told = `${stdout}${stderr}`;
		assert.match(told, /Job ABC123 was not cancelled: Master is done; 3 files, 12\.0 MiB would be dropped\./);
		assert.match(told, /d2cm finish ABC123.*d2cm cancel ABC123 --drop-results/s);
	}

	assert.ok(!existsSync(cancel));
	const no = await call(['cancel', 'ABC123'], {isTerminal: true});
	assert.equal(no.status, 0);
	assert.deepEqual(no.stdout.split('\n'), [
		'Master is done; 3 files, 12.0 MiB would be dropped.',
		'To bring them home first: d2cm finish ABC123',
		'asked: Cancel it, and drop them?',
		'Job ABC123 goes on. To end it with its results: d2cm finish ABC123',
	]);
	assert.ok(!existsSync(cancel));
	assert.equal((await call(['cancel', 'ABC123'], {isTerminal: true, isAgreed: true})).status, 0);
	assert.ok(existsSync(cancel));
});

test('a cancel in a script drops what it is told to drop, and asks nothing while no role is done', async t => {
	const told = await living(t, [masterDone]);
	const {status, stdout} = await told.call(['cancel', 'ABC123', '--drop-results']);
	assert.deepEqual([status, stdout], [0, 'Job ABC123 is being ended. See it: d2cm events ABC123 --follow']);
	assert.ok(existsSync(told.cancel));
	const early = await living(t, begun);
	assert.equal((await early.call(['cancel', 'ABC123'])).status, 0);
	assert.ok(existsSync(early.cancel));
});

test('a cancel while results are fetched knows what is here, what is not there, and which sizes it does not know', async t => {
	const {call, journal} = await living(t, [...begun, masterDone, state('JOB_COMPLETED'), state('COLLECTING_DATA')]);
	const {stderr} = await call(['cancel', 'ABC123']);
	assert.match(stderr, /Master is done; 3 files, 12\.0 MiB would be dropped\./);
	assert.match(
		stderr,
		/Slave is not done, and its results are being brought here; its results, whose size is not known,/,
	);
	await journal.append(finished('download', 'master-1:/root/out', {files: 3, bytes: 12 * 2 ** 20}));
	await journal.append(finished('download', 'slave-1:/root/out', {files: 1, bytes: 1}));
	assert.match((await call(['cancel', 'ABC123'])).stderr, /was not cancelled: Slave is not done/);
	await journal.append({kind: 'step', step: 'absent', mark: 'finished', data: {absent: ['slave-2:/root/out']}});
	assert.equal((await call(['cancel', 'ABC123'])).status, 0, 'what is nowhere is not dropped');
});

test('d2cm finish leaves a lasting wish, says what comes of it, and disturbs no process', async t => {
	const {call, finish, cancel, journal, signals} = await living(t, begun);
	const {status, stdout} = await call(['finish', 'ABC123']);
	assert.deepEqual(
		[status, stdout],
		[0, 'Job ABC123 is being ended, results first. See it: d2cm events ABC123 --follow'],
	);
	assert.ok(existsSync(finish) && !existsSync(cancel));
	assert.match((await call(['status'])).stdout, /ROLES_STARTED, being ended, results first$/m);
	assert.match((await call(['finish', 'ABC123'])).stdout, /is already being ended, results first/);
	const told = JSON.parse((await call(['finish', 'ABC123', '--json'])).stdout) as JobSummary;
	assert.deepEqual([told.id, told.endsEarly, told.end], ['ABC123', true, undefined]);
	assert.equal(signals(), 0);
	await journal.append({kind: 'step', step: 'finish', mark: 'started'});
	await journal.append(state('COLLECTING_DATA'));
	assert.match((await call(['finish', 'ABC123'])).stdout, /The results of job ABC123 are being fetched already\. See/);
	await journal.append({kind: 'step', step: 'hold', mark: 'started'});
	assert.match((await call(['finish', 'ABC123'])).stdout, /what is not there is not waited for any more/);
	await journal.append(state('SHUTTING_DOWN'));
	assert.match((await call(['finish', 'ABC123'])).stdout, /are here already, and the instances .* being terminated/);
	await journal.append({kind: 'end', state: 'COMPLETED'});
	assert.equal((await call(['finish', 'ABC123'])).stdout, 'Job ABC123 has ended: COMPLETED.');
	assert.match((await call(['status', 'ABC123'])).stdout, /^State +COMPLETED, ended by the user$/m);
});

test('what is being cancelled is not finished any more, and what is no deployment has nothing to finish', async t => {
	const {call, finish} = await living(t, begun);
	await call(['cancel', 'ABC123']);
	const {status, stderr} = await call(['finish', 'ABC123']);
	assert.equal(status, 3);
	assert.match(stderr, /Job ABC123 is being cancelled already, which drops what is not here\./);
	assert.ok(!existsSync(finish));
	assert.equal((await call(['finish', 'NOSUCH'])).status, 3);
	assert.match((await call(['collect', 'ABC123'])).stderr, /did you mean finish\?/);
});

test('status says for what a run waits whose scripts have ended', async t => {
	const unmet = ['there is no /root/done'];
	const {call, journal} = await living(t, [
		{kind: 'step', step: 'await-check', subject: 'master-1', mark: 'started', data: {unmet}},
	]);
	assert.match(
		(await call(['status'])).stdout,
		/ROLES_STARTED, scripts have ended, waits for done checks of master-1: d2cm status ABC123$/m,
	);
	assert.match((await call(['status', 'ABC123'])).stdout, /^Waits for +master-1: there is no \/root\/done$/m);
	const told = JSON.parse((await call(['status', '--json'])).stdout) as readonly JobSummary[];
	assert.deepEqual(told[0]?.awaitedChecks, [{node: 'master-1', unmet}]);
	await journal.append(masterDone);
	assert.match((await call(['status'])).stdout, /ROLES_STARTED, running$/m);
});
