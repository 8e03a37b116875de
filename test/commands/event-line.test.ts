import assert from 'node:assert/strict';
import test from 'node:test';
import {eventLine} from '../../source/commands/event-line.js';
import {progressFilter} from '../../source/commands/progress-filter.js';
import type {JournalEntry} from '../../source/engine/jobs/journal.js';

const at = new Date(2026, 10, 22, 9, 5, 7).toISOString();
const record = (entry: JournalEntry) => ({seq: 1, at, ...entry});

for (const [entry, line] of [
	[
		{kind: 'event', level: 'info', message: 'Starting roles', role: 'Master', instance: 'master-1'},
		'09:05:07 info    Master/master-1  Starting roles',
	],
	[{kind: 'event', level: 'warning', message: 'No.', hint: 'Try.'}, '09:05:07 warning -                No. Try.'],
	[{kind: 'state', state: 'LAUNCHING_INSTANCES'}, '09:05:07 state   -                LAUNCHING_INSTANCES'],
	[
		{kind: 'progress', task: 'Uploading', done: 1048576, total: 2097152, unit: 'bytes'},
		'09:05:07 info    -                Uploading: 1.0 MiB of 2.0 MiB',
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

test('of much progress little is shown, of every task the end', () => {
	const isWorthALine = progressFilter();
	const shown = Array.from({length: 101}, (_, done) => ({
		...record({kind: 'progress', task: 'copy', done, total: 100, unit: 'bytes'}),
		at: new Date(Date.UTC(2026, 0, 1) + done * 1000).toISOString(),
	})).filter(isWorthALine);
	assert.deepEqual(
		shown.map(({seq: _, ...rest}) => ('done' in rest ? rest.done : 0)),
		[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
	);
	assert.equal(isWorthALine(record({kind: 'progress', task: 'x', done: 1, total: 5, unit: 'steps'})), false);
	assert.equal(isWorthALine(record({kind: 'state', state: 'X'})), true);
});
