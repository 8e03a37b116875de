import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {access, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test, {type TestContext} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import {jobPaths} from '../../source/store/paths.js';
import {lockHolder} from '../../source/store/process-lock.js';
import {readJournal} from '../../source/store/read-journal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const program = fileURLToPath(new URL('../helpers/work-on-test-job.js', import.meta.url));

function start(t: TestContext, folder: string, work: string, host?: string) {
	const words = [program, folder, work, ...(host === undefined ? [] : [host])];
	const child = spawn(process.execPath, words, {stdio: ['ignore', 'ignore', 'ignore']});
	t.after(() => child.kill('SIGKILL'));
	return {child, ended: new Promise<number | null>(resolve => child.once('exit', resolve))};
}

async function records(folder: string): Promise<readonly JournalRecord[]> {
	return (await readJournal(jobPaths(folder).journal)).records;
}

async function until(what: () => Promise<boolean>): Promise<void> {
	while (!(await what())) {
		await new Promise(resolve => setTimeout(resolve, 20));
	}
}

const end = (all: readonly JournalRecord[]) => all.filter(({kind}) => kind === 'end');

test('a job is owned, done and ended, and has no lock any more', {timeout: 60_000}, async t => {
	const folder = await temporaryFolder(t);
	const {child, ended} = start(t, folder, 'done');
	assert.equal(await ended, 0);
	const all = await records(folder);
	assert.deepEqual(
		all.map(({kind}) => kind),
		['owner', 'event', 'end'],
	);
	assert.equal(all[0]?.kind === 'owner' && all[0].pid, child.pid);
	await assert.rejects(access(jobPaths(folder).lock));

	assert.equal(await start(t, folder, 'done').ended, 0);
	assert.equal((await records(folder)).length, 3, 'an ended job is left alone');
});

test('an error the user can mend ends the job with cause and hint', {timeout: 60_000}, async t => {
	const folder = await temporaryFolder(t);
	assert.equal(await start(t, folder, 'fails').ended, 0);
	const [last] = end(await records(folder));
	assert.ok(last?.kind === 'end');
	assert.deepEqual([last.state, last.cause, last.hint], ['FAILED', 'It cannot be done.', 'Mend it.']);
});

test('an error of ours does not end the job, so that nothing of it is forgotten', {timeout: 60_000}, async t => {
	const folder = await temporaryFolder(t);
	assert.notEqual(await start(t, folder, 'bug').ended, 0);
	const all = await records(folder);
	assert.deepEqual(end(all), []);
	assert.match(JSON.stringify(all.at(-1)), /a is not a function/);
	assert.equal(await start(t, folder, 'done').ended, 0);
	assert.equal(end(await records(folder)).length, 1);
});

test('two processes never work on one job; the next takes over from a killed one', {timeout: 60_000}, async t => {
	const folder = await temporaryFolder(t);
	const first = start(t, folder, 'endless');
	await until(async () => (await records(folder)).length > 3);
	assert.equal(await start(t, folder, 'endless').ended, 75);

	first.child.kill('SIGKILL');
	await first.ended;
	assert.equal(await lockHolder(jobPaths(folder).lock), undefined);
	assert.equal(await start(t, folder, 'done').ended, 0);
	const all = await records(folder);
	assert.equal(all.filter(({kind}) => kind === 'owner').length, 2);
	assert.deepEqual(
		all.map(({seq}) => seq),
		all.map((_, index) => index + 1),
	);
});

test('the wish to cancel is seen within a second, without a signal too, and outlives processes', {
	timeout: 60_000,
}, async t => {
	for (const isSignalled of [false, true]) {
		const folder = await temporaryFolder(t);
		const job = start(t, folder, 'endless');
		await until(async () => (await records(folder)).length > 3);
		const asked = Date.now();
		await writeFile(join(folder, 'cancel'), '');
		if (isSignalled) {
			job.child.kill('SIGTERM');
		}

		assert.equal(await job.ended, 0);
		assert.ok(Date.now() - asked < 30_000);
		const [last] = end(await records(folder));
		assert.equal(last?.kind === 'end' && last.state, 'CANCELLED');
	}

	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'cancel'), '');
	assert.equal(await start(t, folder, 'endless').ended, 0);
	const [last] = end(await records(folder));
	assert.equal(last?.kind === 'end' && last.state, 'CANCELLED');
});

test('SIGTERM alone, as in a shutdown, leaves the job to be resumed', {timeout: 60_000}, async t => {
	const folder = await temporaryFolder(t);
	const job = start(t, folder, 'endless');
	await until(async () => (await records(folder)).length > 3);
	job.child.kill('SIGTERM');
	assert.equal(await job.ended, 143);
	assert.deepEqual(end(await records(folder)), []);
});

test('a job of a host that was stopped goes on on another, and the first, continued, ends without a word in the journal', {
	timeout: 60_000,
}, async t => {
	const folder = await temporaryFolder(t);
	const first = start(t, folder, 'endless', 'a');
	await until(async () => (await records(folder)).length > 3);
	assert.equal(await start(t, folder, 'endless', 'b').ended, 75, 'while a lives it is left alone');

	first.child.kill('SIGSTOP');
	const second = start(t, folder, 'endless', 'b');
	const isTakenOver = async () => (await records(folder)).some(({kind, seq}) => kind === 'owner' && seq > 1);
	await until(isTakenOver);
	first.child.kill('SIGCONT');
	assert.equal(await first.ended, 75);
	const {length} = await records(folder);
	await until(async () => (await records(folder)).length > length + 3);
	await writeFile(join(folder, 'cancel'), '');
	assert.equal(await second.ended, 0);

	const {records: all, damages} = await readJournal(jobPaths(folder).journal);
	assert.deepEqual(damages, []);
	assert.deepEqual(
		all.map(({seq}) => seq),
		all.map((_, index) => index + 1),
	);
	assert.match(JSON.stringify(all), /The job goes on here, on .*: nothing was heard of process \d+ on a for 1 s/);
});
