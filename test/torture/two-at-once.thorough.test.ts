import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {readJournal} from '../../source/store/read-journal.js';
import {sshdPlaces, sshdRoot} from '../helpers/sshd-deployment.js';
import {judgeSshd} from './judge-sshd.js';

const program = fileURLToPath(new URL('../helpers/run-sshd-job.js', import.meta.url));

async function start(root: string, killedAt?: number, host?: string): Promise<string> {
	const words = [program, root, String(killedAt ?? 0), ...(host === undefined ? [] : [host])];
	const child = spawn(process.execPath, words, {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.on('data', chunk => {
		output += chunk;
	});
	return new Promise<string>(resolve => child.once('close', (_, signal) => resolve(signal ?? output)));
}

test('several processes on one deployment at once, and again after the one that worked was killed: one works at a time', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const first = Array.from({length: 3}, async () => start(root, 26));

	// One that comes late may have taken over at once.
	const ends = await Promise.all(first);
	assert.equal(ends.filter(end => end === 'SIGKILL').length, 1, ends.join());

	await Promise.all(Array.from({length: 3}, async () => start(root)));
	const {records, damages} = await readJournal(join(folder, 'journal.jsonl'));
	assert.deepEqual(damages, []);
	assert.equal(records.filter(({kind}) => kind === 'owner').length, 2, 'one was killed, and one took over');
	assert.deepEqual(judgeSshd(folder, cloud, records), []);
});

for (const seq of [8, 16, 26, 40, 54]) {
	test(`stopped at record ${seq} of a deployment on real instances, and continued when another host has it, a process does nothing more`, async t => {
		const root = await sshdRoot(t);
		const {folder, cloud} = sshdPlaces(root);
		const first = spawn(process.execPath, [program, root, String(seq), 'a'], {stdio: ['ignore', 'pipe', 'ignore']});
		t.after(() => first.kill('SIGKILL'));
		const ended = once(first, 'close');
		await once(first.stdout, 'data');

		const second = start(root, undefined, 'b');
		const journal = join(folder, 'journal.jsonl');
		const owners = async () => (await readJournal(journal)).records.filter(({kind}) => kind === 'owner').length;
		while ((await owners()) < 2) {
			await new Promise(resolve => setTimeout(resolve, 20));
		}

		first.kill('SIGCONT');
		assert.deepEqual(await ended, [75, null]);
		assert.equal(await second, 'worked');
		const {records, damages} = await readJournal(journal);
		assert.deepEqual(damages, []);
		assert.equal(await owners(), 2);
		assert.deepEqual(judgeSshd(folder, cloud, records), []);
	});
}
