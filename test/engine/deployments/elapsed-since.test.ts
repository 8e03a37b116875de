import assert from 'node:assert/strict';
import {test} from 'node:test';
import {elapsedSince} from '../../../source/engine/deployments/elapsed-since.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';

const minute = 60_000;
const start = Date.UTC(2026, 10, 22, 10);

/** A journal with records at these minutes, and a clock that can be set. */
function journalAt(...minutes: number[]) {
	const records = minutes.map((at, index): JournalRecord => {
		return {kind: 'event', level: 'info', message: '', seq: index + 1, at: new Date(start + at * minute).toISOString()};
	});
	const time = {minutes: 0};
	const clock = {now: () => new Date(start + time.minutes * minute), sleep: async () => undefined};
	return {first: records[0] as JournalRecord, run: {journal: {records, append: async () => undefined}, clock}, time};
}

test('the time that passes counts, also while this machine slept', () => {
	const {first, run, time} = journalAt(0, 1);
	time.minutes = 2;
	assert.equal(elapsedSince(run, first), 2 * minute);
	time.minutes = 500;
	assert.equal(elapsedSince(run, first), 500 * minute);
});

test('a clock that is set back under a process takes nothing away', () => {
	const {first, run, time} = journalAt(0);
	time.minutes = 1;
	assert.equal(elapsedSince(run, first), minute);
	time.minutes = -300;
	assert.equal(elapsedSince(run, first), minute);
	time.minutes = -299.5;
	assert.equal(elapsedSince(run, first), 1.5 * minute);
});

test('a clock that was set back under an earlier process takes nothing away of what lies between its records', () => {
	const {first, run, time} = journalAt(0, 10, -290, -280);
	time.minutes = -279;
	assert.equal(elapsedSince(run, first), 21 * minute);
});

test('what was before the record does not count', () => {
	const {run, time} = journalAt(0, 300, -300);
	const last = run.journal.records[2] as JournalRecord;
	time.minutes = -298;
	assert.equal(elapsedSince(run, last), 2 * minute);
});
