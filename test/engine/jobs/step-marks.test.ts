import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {countSteps, isBegun, isFinished, stepRecord} from '../../../source/engine/jobs/step-marks.js';

const step = (seq: number, mark: 'started' | 'finished', subject?: string): JournalRecord => ({
	seq,
	at: '2026-11-22T10:00:00.000Z',
	kind: 'step',
	step: 'upload',
	mark,
	...(subject !== undefined && {subject}),
});

test('marks are found of the subject that is meant, also those that came after an earlier look', () => {
	const records: JournalRecord[] = [step(1, 'started', 'a'), {seq: 2, at: '', kind: 'state', state: 'ROLES_STARTED'}];
	assert.ok(isBegun(records, 'upload', 'a'));
	assert.ok(!isFinished(records, 'upload', 'a'));
	assert.ok(!isBegun(records, 'upload', 'b'));
	assert.ok(!isBegun(records, 'upload'));
	records.push(step(3, 'finished', 'a'), step(4, 'started'), step(5, 'started', 'a'));
	assert.ok(isFinished(records, 'upload', 'a'));
	assert.ok(isBegun(records, 'upload'));
	assert.equal(stepRecord(records, 'upload', 'started', 'a')?.seq, 5);
	assert.equal(countSteps(records, 'upload'), 4);
	assert.equal(countSteps(records, 'download'), 0);
});

test('records that were taken away are forgotten', () => {
	const records: JournalRecord[] = [step(1, 'started'), step(2, 'finished')];
	assert.ok(isFinished(records, 'upload'));
	records.pop();
	assert.ok(isBegun(records, 'upload'));
	assert.ok(!isFinished(records, 'upload'));
	assert.ok(!isBegun([], 'upload'));
});
