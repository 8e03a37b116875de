import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {mkdtemp, readdir, readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {readJournal} from '../../../source/store/read-journal.js';
import {endSshdRoot, prepareSshdRoot, sshdPlaces} from '../../helpers/sshd-deployment.js';

const program = fileURLToPath(new URL('../../helpers/run-sshd-deployment.js', import.meta.url));

type Kill = {readonly seq: number; readonly when: 'before' | 'after'};

/** Runs the deployment in a process of its own, which ends by itself or by SIGKILL. */
async function runProcess(root: string, kill?: Kill): Promise<string> {
	const child = spawn(process.execPath, [program, root, ...(kill ? [String(kill.seq), kill.when] : [])], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.on('data', chunk => {
		output += chunk;
	});
	child.stderr.on('data', chunk => {
		output += chunk;
	});
	return new Promise(resolve => child.once('close', (_, signal) => resolve(signal ?? output)));
}

async function inRoot<T>(action: (root: string) => Promise<T>): Promise<T> {
	const root = await mkdtemp(join(tmpdir(), 'd2cm-kill-'));
	await prepareSshdRoot(root);
	try {
		return await action(root);
	} finally {
		await endSshdRoot(root);
	}
}

const journalOf = async (root: string) => readJournal(join(sshdPlaces(root).folder, 'journal.jsonl'));

/** Nothing lives, nothing ran twice, and all results are here. */
async function mustBeWhole(root: string): Promise<void> {
	const {folder, cloud} = sshdPlaces(root);
	const {records, damages} = await journalOf(root);
	assert.deepEqual(damages, []);
	const end = records.find((record: JournalRecord) => record.kind === 'end');
	assert.equal(end?.state, 'COMPLETED', end?.cause);
	assert.deepEqual(cloud.liveInstances(), []);
	const effects = cloud.effects().map(({what}) => what);
	assert.equal(effects.filter(what => what === 'reserve').length, 2);
	assert.equal(effects.filter(what => what === 'terminate').length, 2);
	assert.equal(effects.filter(what => what === 'cleanUp').length, 1);
	for (const role of ['Master', 'Slave']) {
		const [id = ''] = await readdir(join(folder, role));
		const out = join(folder, role, id, 'root/out');
		assert.equal(await readFile(join(out, 'starts'), 'utf8'), 'started\n');
		assert.match(await readFile(join(out, 'runs'), 'utf8'), /^ran[^\n]*\n$/);
	}

	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder});
	const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
	assert.match(sums, /Master\/\S+\/root\/out\/facts/);
}

async function killAndResume(kills: readonly Kill[]): Promise<void> {
	await inRoot(async root => {
		const ends: string[] = [];
		for (const kill of kills) {
			ends.push(await runProcess(root, kill));
		}

		ends.push(await runProcess(root));
		try {
			await mustBeWhole(root);
		} catch (error) {
			throw new Error(`after kills ${JSON.stringify(kills)}: ${ends.join(', ')}`, {cause: error});
		}
	});
}

async function eachOf(cases: ReadonlyArray<readonly Kill[]>): Promise<void> {
	const waiting = [...cases];
	const worker = async () => {
		for (let kills = waiting.shift(); kills; kills = waiting.shift()) {
			await killAndResume(kills);
		}
	};
	await Promise.all([worker(), worker(), worker()]);
}

/** The records of a run that nobody kills; what is killed later may write them in another order. */
const records = await inRoot(async root => {
	await runProcess(root);
	await mustBeWhole(root);
	return (await journalOf(root)).records;
});

// At every record it is killed on the machines in memory; on real ones at every other, which takes a minute as it is.
test('killed by SIGKILL right before a record, between its effect and its outcome, a deployment is resumed whole', async () => {
	await eachOf(records.filter(({seq}) => seq % 2 === 1).map(({seq}) => [{seq, when: 'before'}]));
});

test('killed by SIGKILL right after any intent, before its effect, a deployment is resumed whole', async () => {
	const intents = records.filter(record => record.kind === 'step' && record.mark === 'started' && record.seq % 2 === 0);
	await eachOf(intents.map(({seq}) => [{seq, when: 'after'}]));
});

test('killed again while it is resumed, a deployment is resumed whole', async () => {
	const some = records.filter(({seq}) => seq % 16 === 0);
	await eachOf(
		some.map(({seq}) => [
			{seq, when: 'before'},
			{seq: seq + 3, when: 'after'},
			{seq: seq + 9, when: 'before'},
		]),
	);
});
