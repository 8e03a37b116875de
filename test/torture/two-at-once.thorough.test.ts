import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {readJournal} from '../../source/store/read-journal.js';
import {sshdPlaces, sshdRoot} from '../helpers/sshd-deployment.js';
import {judgeSshd} from './judge-sshd.js';

const program = fileURLToPath(new URL('../helpers/run-sshd-job.js', import.meta.url));

function start(root: string): {readonly child: ChildProcess; readonly end: Promise<string>} {
	const child = spawn(process.execPath, [program, root], {stdio: ['ignore', 'pipe', 'inherit']});
	let output = '';
	child.stdout.on('data', chunk => {
		output += chunk;
	});
	const end = new Promise<string>(resolve => child.once('close', (_, signal) => resolve(signal ?? output)));
	return {child, end};
}

test('several processes on one deployment at once, and again after the one that worked was killed: one works at a time', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const journal = join(folder, 'journal.jsonl');
	const first = Array.from({length: 3}, () => start(root));
	const killed = new Set<number>();
	for (let tries = 0; tries < 3000 && killed.size === 0; tries++) {
		const {records} = existsSync(journal) ? await readJournal(journal) : {records: []};
		const pid =
			records.length > 25 ? records.flatMap(record => (record.kind === 'owner' ? [record.pid] : [])).at(-1) : undefined;
		if (pid !== undefined) {
			process.kill(pid, 'SIGKILL');
			killed.add(pid);
		}

		await sleep(20);
	}

	// One that comes late may have taken over at once.
	const ends = await Promise.all(first.map(async ({end}) => end));
	assert.equal(ends.filter(end => end === 'SIGKILL').length, 1, ends.join());

	await Promise.all(Array.from({length: 3}, async () => start(root).end));
	const {records, damages} = await readJournal(journal);
	assert.deepEqual(damages, []);
	assert.equal(records.filter(({kind}) => kind === 'owner').length, 2, 'one was killed, and one took over');
	assert.deepEqual(judgeSshd(folder, cloud, records), []);
});
