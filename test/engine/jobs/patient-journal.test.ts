import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import type {Journal, JournalEntry} from '../../../source/engine/jobs/journal.js';
import {patientJournal} from '../../../source/engine/jobs/patient-journal.js';
import {JournalWriteError} from '../../../source/store/journal-write-error.js';
import {VirtualClock} from '../../torture/virtual-clock.js';

const entry = {kind: 'state', state: 'SHUTTING_DOWN'} as const;
const noSpace = Object.assign(new Error('ENOSPC: no space left on device'), {code: 'ENOSPC', syscall: 'write'});

function setUp(error: Error, minutes: number) {
	const virtual = new VirtualClock();
	const entries: JournalEntry[] = [];
	const journal: Journal = {
		records: [],
		append: async one => {
			if (virtual.passedMs < minutes * 60_000) {
				throw error;
			}

			entries.push(one);
		},
	};
	const cancel = new AbortController();
	const clock = virtual.ofProcess(() => true);
	const patient = patientJournal(journal, {clock, limitMs: 15 * 60_000, cancel: cancel.signal});
	return {virtual, patient, cancel, entries};
}

test('a journal waits for room on the disk', async () => {
	const {virtual, patient, entries} = setUp(new JournalWriteError('journal.jsonl', 'full', {cause: noSpace}), 5);
	await virtual.runUntil(patient.append(entry), 3_600_000);
	assert.deepEqual(entries, [entry]);
});

test('a disk that stays full suspends the job', async () => {
	const {virtual, patient} = setUp(new JournalWriteError('journal.jsonl', 'full', {cause: noSpace}), 100);
	await assert.rejects(virtual.runUntil(patient.append(entry), 3_600_000), JobSuspendedError);
});

test('a second writer is not waited for', async () => {
	const {virtual, patient} = setUp(new JournalWriteError('journal.jsonl', 'another process has written to it'), 100);
	await assert.rejects(virtual.runUntil(patient.append(entry), 3_600_000), JournalWriteError);
	assert.equal(virtual.passedMs, 0);
});

const full = new JournalWriteError('journal.jsonl', 'full', {cause: noSpace});
const cancelStep = {kind: 'step', step: 'cancel', mark: 'started'} as const;
const reserve = {kind: 'step', step: 'reserve', mark: 'started'} as const;

test('a cancelled job is released without waiting for room, and what it did is written, in order, once there is some', async () => {
	const {virtual, patient, cancel, entries} = setUp(full, 5);
	cancel.abort(new CancelledError('The job'));
	for (const one of [cancelStep, entry]) {
		await patient.append(one);
	}

	assert.equal(virtual.passedMs, 0);
	assert.deepEqual(
		patient.records.map(({seq, kind}) => [seq, kind]),
		[
			[1, 'step'],
			[2, 'state'],
		],
	);
	assert.deepEqual(entries, []);
	await virtual.runUntil(patient.append({kind: 'end', state: 'CANCELLED'}), 3_600_000);
	assert.deepEqual(
		entries.map(({kind}) => kind),
		['step', 'state', 'end'],
	);
});

test('a cancel ends the wait for room: what was to be begun is not, and what was done is not forgotten', async () => {
	const {virtual, patient, cancel} = setUp(full, 100);
	const begin = assert.rejects(patient.append(reserve), CancelledError);
	const done = patient.append({...reserve, mark: 'finished'});
	await virtual.runUntil(new Promise(setImmediate), 60_000);
	cancel.abort(new CancelledError('The job'));
	await Promise.all([begin, done]);
	assert.deepEqual(
		patient.records.map(record => record.kind === 'step' && record.mark),
		['finished'],
	);
});
