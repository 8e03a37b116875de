import assert from 'node:assert/strict';
import test from 'node:test';
import {eventLine} from '../../source/commands/event-line.js';
import {progressFilter} from '../../source/commands/progress-filter.js';
import type {JournalEntry} from '../../source/engine/jobs/journal.js';

const at = new Date(2026, 10, 22, 9, 5, 7).toISOString();
const record = (entry: JournalEntry) => ({seq: 1, at, ...entry});

test('of an interrupted job it is said that another process goes on with it', () => {
	const owner = {kind: 'owner', pid: 8, version: '1', at} as const;
	assert.equal(
		eventLine({...owner, seq: 90}),
		'09:05:07 info    -                The job was interrupted and goes on, in process 8.',
	);
	assert.equal(eventLine({...owner, seq: 1}), undefined);
});

for (const [entry, line] of [
	[
		{kind: 'event', level: 'info', message: 'Starting roles', role: 'Master', instance: 'master-1'},
		'09:05:07 info    Master/master-1  Starting roles',
	],
	[{kind: 'event', level: 'warning', message: 'No.', hint: 'Try.'}, '09:05:07 warning -                No. Try.'],
	[
		{kind: 'event', level: 'error', message: 'It ended with exit code 3: no library', hint: 'Mend it.'},
		'09:05:07 error   -                It ended with exit code 3: no library. Mend it.',
	],
	[{kind: 'state', state: 'LAUNCHING_INSTANCES'}, '09:05:07 state   -                LAUNCHING_INSTANCES'],
	[
		{kind: 'progress', task: 'Uploading', done: 1048576, total: 2097152, unit: 'bytes'},
		'09:05:07 info    -                Uploading: 1.0 MiB of 2.0 MiB',
	],
	[
		{kind: 'progress', task: 'Fetching', done: 512, total: 2_000_000_000, unit: 'bytes'},
		'09:05:07 info    -                Fetching: 512 B of 1.9 GiB',
	],
	[
		{kind: 'progress', task: 'boot', done: 1, total: 3, unit: 'steps', note: '40 s so far'},
		'09:05:07 info    -                boot: 1 of 3; 40 s so far',
	],
	[
		{kind: 'end', state: 'FAILED', cause: 'It broke.', hint: 'Mend it.', remaining: ['i-1', 'i-2']},
		'09:05:07 error   -                Ended: FAILED. It broke. Mend it. Still there and perhaps costing money: i-1, i-2.',
	],
	[{kind: 'owner', pid: 1, version: '1'}, undefined],
	[{kind: 'step', step: 'reserve', mark: 'started'}, undefined],
] as ReadonlyArray<[JournalEntry, string | undefined]>) {
	test(`a record of the kind ${entry.kind} reads ${line}`, () => {
		assert.equal(eventLine(record(entry)), line);
	});
}

const progress = (seconds: number, entry: Partial<Extract<JournalEntry, {kind: 'progress'}>>) => ({
	seq: 1,
	kind: 'progress' as const,
	task: 'copy',
	done: 0,
	total: 100 * 2 ** 20,
	unit: 'bytes' as const,
	...entry,
	at: new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString(),
});

test('of much progress little is shown, of every task that takes its time the end', () => {
	const isWorthALine = progressFilter();
	const shown = Array.from({length: 106}, (_, done) => progress(done, {done, total: 105})).filter(isWorthALine);
	assert.deepEqual(
		shown.map(({done}) => done),
		[10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
		'a few bytes, however slow, have no line for their end',
	);
	const large = [0, 4, 8, 9].map(second =>
		progress(second, {task: 'large', done: second * 2 ** 20, total: 9 * 2 ** 20}),
	);
	assert.deepEqual(
		large.filter(isWorthALine).map(({done}) => done),
		[9 * 2 ** 20],
	);
	assert.equal(isWorthALine(record({kind: 'state', state: 'X'})), true);
});

test('a transfer that ends at once has no line, and steps only where there is something to add', () => {
	const isWorthALine = progressFilter();
	const quick = [0, 0.9].map(second => progress(second, {done: second === 0 ? 0 : 100 * 2 ** 20}));
	assert.deepEqual(quick.filter(isWorthALine), []);
	assert.equal(isWorthALine(progress(0, {task: 'x', done: 1, total: 5, unit: 'steps'})), false);
	assert.equal(isWorthALine(progress(0, {task: 'x', done: 1, total: 5, unit: 'steps', note: '40 s so far'})), true);
});
