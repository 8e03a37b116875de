import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink-testing-library';
import {useEffect} from 'react';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {useLogLines} from '../../../source/screens/hooks/use-log-lines.js';
import {type LogViewControl, useLogView} from '../../../source/screens/hooks/use-log-view.js';
import {keysOf} from '../../../source/screens/parts/key-binding.js';
import {LogView} from '../../../source/screens/parts/log-view.js';
import {logRecords, numberedRecords} from '../../helpers/log-records.js';

function Reader({
	records,
	size,
	onView,
}: {
	readonly records: readonly JournalRecord[];
	readonly size: {readonly width: number; readonly height: number};
	readonly onView: (view: LogViewControl) => void;
}) {
	const view = useLogView(useLogLines(records));
	// Only once it is on the screen are its keys those that a reader would press.
	useEffect(() => onView(view));
	return <LogView view={view} {...size} />;
}

/** A log on the screen, its keys pressed as the program's dispatcher would: from the table that is shown now. */
function showLog(t: TestContext, first: readonly JournalRecord[], size = {width: 40, height: 6}) {
	let view: LogViewControl | undefined;
	let shownTimes = 0;
	const keep = (shown: LogViewControl) => {
		view = shown;
		shownTimes += 1;
	};
	const drawn = async (before: number) => {
		for (let tries = 0; shownTimes === before && tries < 2000; tries++) {
			await delay(5);
		}
	};
	const app = render(<Reader records={first} size={size} onView={keep} />);
	t.after(() => app.unmount());
	const lines = () => stripVTControlCharacters(app.lastFrame() ?? '').split('\n');
	return {
		lines,
		numbers: () => lines().flatMap(line => /message (\d+)/.exec(line)?.[1] ?? []),
		status: () => lines().at(-1)?.trim(),
		async grow(records: readonly JournalRecord[]) {
			const before = shownTimes;
			app.rerender(<Reader records={records} size={size} onView={keep} />);
			await drawn(before);
		},
		async press(...keys: readonly string[]) {
			for (const key of keys) {
				const binding = view?.keys.find(one => keysOf(one).includes(key));
				assert.ok(binding, `the key ${key} does something`);
				assert.equal(binding.disabledReason, undefined);
				const before = shownTimes;
				await binding.run(key);
				await drawn(before);
			}
		},
		async type(text: string) {
			const before = shownTimes;
			view?.onText?.(text);
			await drawn(before);
		},
	};
}

test('the end is followed; whoever reads further up is left in peace; End follows again', async t => {
	const log = showLog(t, numberedRecords(50));
	assert.deepEqual(log.numbers(), ['45', '46', '47', '48', '49']);
	assert.equal(log.status(), 'Following, 50 lines');

	await log.press('up', 'up', 'k');
	await log.grow(numberedRecords(80));
	assert.deepEqual(log.numbers(), ['42', '43', '44', '45', '46']);
	assert.equal(log.status(), 'Line 47 of 80; End follows');

	await log.press('end');
	assert.deepEqual(log.numbers(), ['75', '76', '77', '78', '79']);
	await log.press('home');
	assert.deepEqual(log.numbers(), ['0', '1', '2', '3', '4']);
	await log.press('pagedown');
	assert.deepEqual(log.numbers(), ['4', '5', '6', '7', '8']);
});

test('a search shows the last place first, goes on from place to place, and says when there is none', async t => {
	const log = showLog(t, numberedRecords(100));

	await log.press('/');
	await log.type('message 3');
	await log.type('x');
	assert.match(log.status() ?? '', /^Search: message 3x/);
	await log.press('backspace', 'enter');
	assert.ok(log.numbers().includes('39'));
	await log.press('n');
	assert.ok(log.numbers().includes('38'));
	await log.press('N', 'N');
	assert.ok(log.numbers().includes('3'), 'it goes round');

	await log.press('/');
	await log.type('nowhere');
	await log.press('enter');
	assert.equal(log.status(), 'There is no "nowhere" in this log.');

	await log.press('/', 'escape');
	assert.match(log.status() ?? '', /^Line /);
});

test('progress moves in its place, and another job begins another log', async t => {
	const progress = (done: number) => ({kind: 'progress', task: 'Copying', done, total: 4, unit: 'steps'}) as const;
	const records = logRecords(progress(1), {kind: 'event', level: 'info', message: 'message 0'}, progress(3));
	const log = showLog(t, records.slice(0, 2));
	assert.match(log.lines()[0] ?? '', /Copying: 25 % \(1 of 4\)/);

	await log.grow(records);
	assert.match(log.lines()[0] ?? '', /Copying: 75 % \(3 of 4\)/);
	assert.deepEqual(log.numbers(), ['0']);

	await log.grow(numberedRecords(3, 7));
	assert.deepEqual(log.numbers(), ['7', '8', '9']);
});

test('a line too long is wrapped, or cut when asked for', async t => {
	const message = 'message 1 that is far too long for forty columns';
	const log = showLog(t, logRecords({kind: 'event', level: 'info', message}));
	assert.equal(
		log
			.lines()
			.slice(0, 2)
			.map(line => line.slice(9).trim())
			.join(' '),
		message,
	);

	await log.press('w');
	assert.equal(log.lines()[0], '14:00:00 message 1 that is far too long…');
});

test('an empty log says so, in exactly the room it has', t => {
	const log = showLog(t, []);

	assert.equal(log.lines().length, 6);
	assert.equal(log.lines()[0], 'Nothing has happened yet.');
});
