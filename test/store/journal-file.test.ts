import assert from 'node:assert/strict';
import {appendFile, type FileHandle, open, readFile, stat, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import {followJournal} from '../../source/store/follow-journal.js';
import {openJournal} from '../../source/store/journal-file.js';
import {JournalWriteError} from '../../source/store/journal-write-error.js';
import {readJournal} from '../../source/store/read-journal.js';
import {ended, startChild} from '../helpers/child.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const event = (message: string) => ({kind: 'event', level: 'info', message}) as const;
const seqs = (records: readonly JournalRecord[]) => records.map(({seq}) => seq);

async function journalOf(path: string, count: number): Promise<void> {
	const journal = await openJournal(path);
	for (let index = 1; index <= count; index++) {
		await journal.append(event(`event ${index} €`));
	}

	await journal.close();
}

test('records are numbered from 1 without gaps, also when many are appended at once and by later processes', async t => {
	const path = join(await temporaryFolder(t), 'job', 'journal.jsonl');
	await journalOf(path, 2);
	const journal = await openJournal(path);
	await Promise.all(Array.from({length: 20}, async (_, index) => journal.append(event(`e${index}`))));
	await journal.close();

	const {records, damages} = await readJournal(path);
	assert.deepEqual(
		seqs(records),
		Array.from({length: 22}, (_, index) => index + 1),
	);
	assert.deepEqual(records, journal.records);
	assert.deepEqual(damages, []);
	assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('wherever a crash cuts the last record off, the ones before are kept and the next takes its number', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	await journalOf(path, 3);
	const whole = await readFile(path);
	const secondEnd = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
	for (let cut = secondEnd; cut <= whole.length; cut++) {
		await writeFile(path, whole.subarray(0, cut));
		const kept = cut >= whole.length - 1 ? 3 : 2;
		assert.deepEqual((await readJournal(path)).damages, []);

		const journal = await openJournal(path);
		assert.equal(journal.records.length, kept, `cut at ${cut}`);
		await journal.append(event('next'));
		await journal.close();
		const {records, damages} = await readJournal(path);
		assert.deepEqual([seqs(records), damages], [Array.from({length: kept + 1}, (_, index) => index + 1), []]);
	}
});

test('other damage is reported with file and line, the rest is shown, and writing goes on', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	await journalOf(path, 6);
	const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
	lines[1] = 'garbage';
	lines[3] = lines[3]?.replace('"info"', '"loud"') ?? '';
	lines[5] = lines[5]?.replace('"seq":6', '"seq":9') ?? '';
	await writeFile(path, `${lines.join('\n')}\n${lines[0]}\n`);

	const {records, damages} = await readJournal(path);
	assert.deepEqual(seqs(records), [1, 3, 5, 9]);
	assert.deepEqual(damages, [
		`${path}:2: this line is skipped: it is not JSON`,
		`${path}:4: this line is skipped: event has a wrong level`,
		`${path}:6: records 6 to 8 are missing before this line`,
		`${path}:7: this line is skipped: record 1 was there already`,
	]);

	const journal = await openJournal(path);
	assert.deepEqual(journal.damages, damages);
	await journal.append(event('on'));
	await journal.close();
	assert.equal((await readJournal(path)).records.at(-1)?.seq, 10);
});

test('a record whose time is spoilt counts all the same, with the time of the one before', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	await journalOf(path, 3);
	const lines = (await readFile(path, 'utf8')).split('\n');
	lines[1] = lines[1]?.replace(/"at":"2/, '"at":"x') ?? '';
	await writeFile(path, lines.join('\n'));
	const {records, damages} = await readJournal(path);
	assert.deepEqual(seqs(records), [1, 2, 3]);
	assert.equal(records[1]?.at, records[0]?.at);
	assert.deepEqual(damages, [`${path}:2: this record has no time; it is taken to have that of the one before`]);
});

test('kinds and fields of a later D2CM are no damage', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	await writeFile(
		path,
		'{"seq":1,"at":"2030-01-01T00:00:00Z","kind":"future","x":1}\n{"seq":2,"at":"2030-01-01T00:00:00Z","kind":"state","state":"NEW","y":2}\n',
	);
	const {records, damages} = await readJournal(path);
	assert.deepEqual([records.length, damages], [2, []]);
});

test('before an intent or the end is confirmed, all up to it is on the disk; other records wait for no disk', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	const handle = await open(path, 'w');
	const prototype = Object.getPrototypeOf(handle) as FileHandle;
	await handle.close();
	const synced: number[] = [];
	const {datasync} = prototype;
	t.mock.method(prototype, 'datasync', async function (this: FileHandle) {
		const {size} = await this.stat();
		await datasync.call(this);
		synced.push(size);
	});
	const journal = await openJournal(path);
	const step = {kind: 'step', step: 'reserve', subject: 'master'} as const;
	const waits = async (entry: Parameters<typeof journal.append>[0]) => {
		synced.length = 0;
		await journal.append(entry);
		return synced.at(-1) === (await stat(path)).size;
	};
	assert.deepEqual(
		[
			await waits({kind: 'owner', pid: 1, version: '1'}),
			await waits(event('one')),
			await waits({...step, mark: 'started'}),
			await waits({...step, mark: 'finished'}),
			await waits({kind: 'state', state: 'INSTANCES_LAUNCHED'}),
			await waits({kind: 'progress', task: 'boot', done: 1, unit: 'steps'}),
			await waits({...step, step: 'terminate', mark: 'started'}),
			await waits({kind: 'end', state: 'COMPLETED'}),
		],
		[true, false, true, false, false, false, true, true],
	);
	await journal.close();
});

test('a second writer is noticed before it can spoil anything', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	const journal = await openJournal(path);
	await journal.append(event('mine'));
	await appendFile(path, 'other\n');
	await assert.rejects(journal.append(event('more')), JournalWriteError);
	await journal.close();
});

test('following replays, then gives what another process writes, each record once and in order', async t => {
	const path = join(await temporaryFolder(t), 'later', 'journal.jsonl');
	const seen: JournalRecord[] = [];
	const enough = Promise.withResolvers<void>();
	const stop = followJournal(
		path,
		record => {
			seen.push(record);
			if (record.seq === 45) {
				enough.resolve();
			}
		},
		{pollMs: 50},
	);
	t.after(stop);
	const first = startChild('write-journal.js', path, '40', '2');
	await ended(first);
	await ended(startChild('write-journal.js', path, '5'));
	await enough.promise;
	assert.deepEqual(
		seqs(seen),
		Array.from({length: 45}, (_, index) => index + 1),
	);
});

test('a killed writer costs at most the record it had not confirmed, and a follower sees no ghost', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	const seen: JournalRecord[] = [];
	const damages: string[] = [];
	const stop = followJournal(path, record => seen.push(record), {pollMs: 20, onDamage: damage => damages.push(damage)});
	t.after(stop);
	for (let round = 0; round < 4; round++) {
		const child = startChild('write-journal.js', path, '100000');
		let confirmed = 0;
		child.stdout?.on('data', (chunk: Buffer) => {
			confirmed += chunk.length;
		});
		const before = (await readJournal(path)).records.length;
		await new Promise(resolve => setTimeout(resolve, 150 + round * 13));
		child.kill('SIGKILL');
		await ended(child);
		const {records} = await readJournal(path);
		assert.ok(records.length >= before + confirmed);
		// The start of a record, as a crash may leave it; the next writer takes it away again.
		await appendFile(path, '{"seq":');
	}

	await ended(startChild('write-journal.js', path, '1'));
	const {records} = await readJournal(path);
	while (seen.length < records.length) {
		await new Promise(resolve => setTimeout(resolve, 10));
	}

	assert.deepEqual(
		seqs(seen),
		Array.from({length: records.length}, (_, index) => index + 1),
	);
	assert.deepEqual(damages, []);
});

test('a follower reads lines longer than its buffer and characters cut in two', async t => {
	const path = join(await temporaryFolder(t), 'journal.jsonl');
	const long = '€'.repeat(1_000_000);
	const journal = await openJournal(path);
	await journal.append(event(long));
	await journal.append(event('short'));
	await journal.close();
	const whole = await readFile(path);
	await truncate(path, 1_500_000);

	const seen: JournalRecord[] = [];
	const stop = followJournal(path, record => seen.push(record), {pollMs: 10});
	t.after(stop);
	await new Promise(resolve => setTimeout(resolve, 50));
	assert.equal(seen.length, 0);
	await writeFile(path, whole);
	while (seen.length < 2) {
		await new Promise(resolve => setTimeout(resolve, 10));
	}

	assert.deepEqual(
		seen.map(record => (record.kind === 'event' ? record.message.length : 0)),
		[1_000_000, 5],
	);
});
