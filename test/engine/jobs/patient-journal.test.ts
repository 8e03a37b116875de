import assert from 'node:assert/strict';
import {test} from 'node:test';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import type {Journal} from '../../../source/engine/jobs/journal.js';
import {patientJournal} from '../../../source/engine/jobs/patient-journal.js';
import {JournalWriteError} from '../../../source/store/journal-write-error.js';
import {VirtualClock} from '../../torture/virtual-clock.js';

const entry = {kind: 'state', state: 'SHUTTING_DOWN'} as const;
const noSpace = Object.assign(new Error('ENOSPC: no space left on device'), {code: 'ENOSPC', syscall: 'write'});

function setUp(error: Error, minutes: number) {
	const virtual = new VirtualClock();
	let written = 0;
	const journal: Journal = {
		records: [],
		append: async () => {
			if (virtual.passedMs < minutes * 60_000) {
				throw error;
			}

			written++;
		},
	};
	const patient = patientJournal(
		journal,
		virtual.ofProcess(() => true),
		15 * 60_000,
	);
	return {virtual, patient, written: () => written};
}

test('a journal waits for room on the disk', async () => {
	const {virtual, patient, written} = setUp(new JournalWriteError('journal.jsonl', 'full', {cause: noSpace}), 5);
	await virtual.runUntil(patient.append(entry), 3_600_000);
	assert.equal(written(), 1);
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
