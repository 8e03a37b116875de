import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {JournalEntry} from '../../../../source/engine/jobs/journal.js';
import {LogLines} from '../../../../source/screens/parts/log/log-lines.js';
import {logRecords, numberedRecords} from '../../../helpers/log-records.js';

function logOf(entries: readonly JournalEntry[], most?: number): LogLines {
	const log = new LogLines(most === undefined ? {} : {most});
	for (const record of logRecords(...entries)) {
		log.append(record);
	}

	return log;
}

const texts = (log: LogLines) =>
	Array.from({length: log.end - log.first}, (_, index) => log.at(log.first + index)?.text ?? '');

test('records become lines with their time; what went wrong is named in words, not by colour alone', () => {
	const log = logOf([
		{kind: 'owner', pid: 7, version: '1'},
		{kind: 'state', state: 'LAUNCHING_INSTANCES'},
		{kind: 'event', level: 'info', message: 'Creating session key'},
		{kind: 'step', step: 'launch', mark: 'started'},
		{
			kind: 'event',
			level: 'warning',
			message: 'SSH does not answer',
			instance: 'slave-2',
			hint: 'Look at its console.',
		},
		{kind: 'event', level: 'error', message: 'slave-2 is gone', instance: 'slave-2'},
		{kind: 'owner', pid: 8, version: '1'},
		{kind: 'end', state: 'FAILED', cause: 'An instance vanished.', hint: 'Resume it.', remaining: ['i-1 on local']},
	]);

	assert.deepEqual(texts(log), [
		'14:00:01 State: LAUNCHING_INSTANCES',
		'14:00:02 Creating session key',
		'14:00:04 warning: slave-2: SSH does not answer',
		'         Look at its console.',
		'14:00:05 error: slave-2 is gone',
		'14:00:06 The job was interrupted and goes on, in process 8.',
		'14:00:07 FAILED: An instance vanished.',
		'         Still there: i-1 on local',
		'         Resume it.',
	]);
	assert.equal(log.at(2)?.level, 'warning');
});

test('progress replaces the line its task had before, wherever that stands', () => {
	const progress = (task: string, done: number): JournalEntry => ({
		kind: 'progress',
		task,
		done,
		total: 2 ** 21,
		unit: 'bytes',
	});
	const log = logOf([
		progress('Uploading', 0),
		progress('Hashing', 2 ** 19),
		{kind: 'event', level: 'info', message: 'meanwhile'},
		progress('Uploading', 2 ** 20),
		{kind: 'progress', task: 'Counting', done: 3, unit: 'steps'},
	]);

	assert.deepEqual(texts(log), [
		'14:00:00 Uploading: 50 % (1.0 MiB of 2.0 MiB)',
		'14:00:01 Hashing: 25 % (512 KiB of 2.0 MiB)',
		'14:00:02 meanwhile',
		'14:00:04 Counting: 3',
	]);
});

test('what other programs printed cannot move the cursor or colour the screen', () => {
	const log = logOf([{kind: 'event', level: 'info', message: 'a\u001B[31mred\u001B[0m\u0007b\r\nnext\tline\u009Bx'}]);

	assert.deepEqual(texts(log), ['14:00:00 ared b', '         next    line x']);
});

test('of very many lines the newest are kept, under the numbers they had', () => {
	const log = new LogLines({most: 1000});
	for (const record of numberedRecords(5000)) {
		log.append(record);
		assert.ok(log.end - log.first <= 1100);
	}

	assert.equal(log.end, 5000);
	assert.match(log.at(4999)?.text ?? '', /message 4999$/);
	assert.match(log.at(log.first)?.text ?? '', new RegExp(`message ${log.first}$`));
	assert.equal(log.at(log.first - 1), undefined);
});

test('progress whose line was dropped gets a new one', () => {
	const log = new LogLines({most: 10});
	const [progress] = logRecords({kind: 'progress', task: 'Uploading', done: 1, unit: 'steps'});
	assert.ok(progress);
	log.append(progress);
	for (const record of numberedRecords(30)) {
		log.append(record);
	}

	log.append(progress);
	log.append(progress);

	assert.equal(texts(log).filter(text => text.includes('Uploading')).length, 1);
	assert.match(texts(log).at(-1) ?? '', /Uploading/);
});
