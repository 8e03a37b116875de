import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LogLines} from '../../../../source/screens/parts/log/log-lines.js';
import {
	findLine,
	type LogPosition,
	moveBy,
	topOf,
	visibleRows,
} from '../../../../source/screens/parts/log/log-window.js';
import {logRecords, numberedRecords} from '../../../helpers/log-records.js';

function numbered(count: number): LogLines {
	const log = new LogLines();
	for (const record of numberedRecords(count)) {
		log.append(record);
	}

	return log;
}

const frame = {width: 80, height: 5, isWrapping: true};
const shown = (log: LogLines, position: LogPosition, size = frame) =>
	visibleRows(log, position, size).map(({text}) => text.replace(/^.*message /, ''));

test('the end is followed until the reader goes up; then new lines move nothing', () => {
	const log = numbered(20);
	assert.deepEqual(shown(log, 'end'), ['15', '16', '17', '18', '19']);

	const up = moveBy(log, 'end', -2, frame);
	for (const record of numberedRecords(10, 20)) {
		log.append(record);
	}

	assert.deepEqual(shown(log, up), ['13', '14', '15', '16', '17']);
	assert.deepEqual(shown(log, 'end'), ['25', '26', '27', '28', '29']);
});

test('the reader can go no further than the beginning, and going down to the end follows again', () => {
	const log = numbered(20);
	const top = moveBy(log, 'end', -1000, frame);

	assert.deepEqual(top, topOf(log));
	assert.deepEqual(shown(log, top), ['0', '1', '2', '3', '4']);
	assert.deepEqual(shown(log, moveBy(log, top, 4, frame)), ['4', '5', '6', '7', '8']);
	assert.equal(moveBy(log, top, 15, frame), 'end');
	assert.equal(moveBy(log, top, 10_000, frame), 'end');
	assert.notEqual(moveBy(log, top, 14, frame), 'end');
});

test('a short log, an empty one, and one whose lines were dropped are shown as far as they go', () => {
	assert.deepEqual(shown(numbered(2), 'end'), ['0', '1']);
	assert.deepEqual(shown(numbered(2), {line: 1, row: 0}), ['0', '1']);
	assert.deepEqual(shown(new LogLines(), 'end'), []);
	assert.equal(moveBy(new LogLines(), 'end', -1, frame), 'end');

	const log = new LogLines({most: 10});
	for (const record of numberedRecords(40)) {
		log.append(record);
	}

	assert.equal(shown(log, {line: 3, row: 0})[0], String(log.first));
});

test('long lines are wrapped below their text and scrolled row by row, or cut', () => {
	const log = new LogLines();
	const message = 'one two three four five six seven eight nine ten eleven twelve';
	for (const record of logRecords(
		{kind: 'event', level: 'info', message: 'first'},
		{kind: 'event', level: 'info', message},
		{kind: 'event', level: 'info', message: 'last'},
	)) {
		log.append(record);
	}

	const narrow = {width: 40, height: 3, isWrapping: true};
	const rows = (position: LogPosition) => visibleRows(log, position, narrow).map(({text}) => text);
	const all = visibleRows(log, 'end', {...narrow, height: 9}).map(({text}) => text);
	assert.equal(
		all
			.slice(1, -1)
			.map(text => text.slice(9))
			.join(' '),
		message,
	);
	assert.ok(all.every(text => text.length <= 40));
	assert.deepEqual(all, [
		'14:00:00 first',
		'14:00:01 one two three four five six',
		'         seven eight nine ten eleven',
		'         twelve',
		'14:00:02 last',
	]);

	const up = moveBy(log, 'end', -1, narrow);
	assert.deepEqual(rows(up), all.slice(-4, -1));
	assert.equal(visibleRows(log, 'end', {...narrow, isWrapping: false}).length, 3);
});

test('a search goes round the log from where the reader is, whatever the case', () => {
	const log = numbered(20);

	assert.equal(findLine(log, 'MESSAGE 1', 5, 1), 10);
	assert.equal(findLine(log, 'message 1', 5, -1), 1);
	assert.equal(findLine(log, 'message 7', 7, 1), 7);
	assert.equal(findLine(log, 'message 3', 10, 1), 3);
	assert.equal(findLine(log, 'nowhere', 10, 1), undefined);
	assert.equal(findLine(new LogLines(), 'x', 0, 1), undefined);
});

test('of 100,000 lines only those on the screen are worked on', () => {
	const log = numbered(100_000);
	const began = process.cpuUsage();
	let position: LogPosition = {line: 50_000, row: 0};
	for (let step = 0; step < 1000; step++) {
		position = moveBy(log, position, step % 3 === 0 ? -7 : 5, frame);
		visibleRows(log, position, frame);
	}

	const {user, system} = process.cpuUsage(began);
	const perStepMs = (user + system) / 1000 / 1000;
	assert.ok(perStepMs < 2, `${perStepMs} ms of the processor a step`);
});
