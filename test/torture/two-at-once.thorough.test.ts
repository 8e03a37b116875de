import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {readJournal} from '../../source/store/read-journal.js';
import {sshdPlaces, sshdRoot} from '../helpers/sshd-deployment.js';
import {judgeSshd} from './judge-sshd.js';

const program = fileURLToPath(new URL('../helpers/run-sshd-job.js', import.meta.url));

async function start(root: string, killedAt?: number): Promise<string> {
	const child = spawn(process.execPath, [program, root, ...(killedAt === undefined ? [] : [String(killedAt)])], {
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
