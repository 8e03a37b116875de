import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {test} from 'node:test';
import {formatXport} from '../../../source/engine/monitoring/format-xport.js';
import {parseXport} from '../../../source/engine/monitoring/parse-xport.js';

const sample = async () => readFile('test/fixtures/rrd-samples/xport-300s-step2.json', 'utf8');

test('a real export is read with its times, columns and nulls', async () => {
	const {stepSeconds, columns, rows} = parseXport(await sample());

	assert.equal(stepSeconds, 2);
	assert.deepEqual(columns.slice(0, 2), ['cpu busy %', 'cpu user %']);
	assert.equal(rows.length, 150);
	assert.equal(rows[0]?.timeSeconds, 1795346440);
	assert.equal(rows[0]?.values[4], 2135.3203125);
	assert.deepEqual(rows.at(-1)?.values.slice(0, 5), [null, null, null, null, 104.9140625]);
});

test('what we write of an export is read as the same', async () => {
	const table = parseXport(await sample());

	assert.deepEqual(parseXport(formatXport(table)), table);
});

test('the NaN of other versions of rrdtool is a gap, and names with nan in them stay', () => {
	const text =
		'{"meta":{"step":5,"legend":["nan, inf","b","c"]},"data":[["5",NaN, -nan, 1.5e0 ],["10", 2,inf,-Infinity]]}';

	const {columns, rows} = parseXport(text);

	assert.deepEqual(columns, ['nan, inf', 'b', 'c']);
	assert.deepEqual(
		rows.map(({values}) => values),
		[
			[null, null, 1.5],
			[2, null, null],
		],
	);
});

test('an export cut off at any place is refused, never misread', async () => {
	const text = (await sample()).trimEnd();
	for (let length = 0; length < text.length; length += 97) {
		assert.throws(() => parseXport(text.slice(0, length)), SyntaxError, `cut at ${length}`);
	}
});

for (const [what, text] of [
	['no object', '[]'],
	['no meta', '{"data":[]}'],
	['a step of 0', '{"meta":{"step":0,"legend":[]},"data":[]}'],
	['a step that is no number', '{"meta":{"step":"2","legend":[]},"data":[]}'],
	['a legend of numbers', '{"meta":{"step":2,"legend":[1]},"data":[]}'],
	['no data', '{"meta":{"step":2,"legend":[]}}'],
	['a row too short', '{"meta":{"step":2,"legend":["a"]},"data":[["2"]]}'],
	['a row without time', '{"meta":{"step":2,"legend":["a"]},"data":[["x",1]]}'],
	['time running backwards', '{"meta":{"step":2,"legend":["a"]},"data":[["4",1],["2",1]]}'],
] as const) {
	test(`an export with ${what} is refused`, () => {
		assert.throws(() => parseXport(text), SyntaxError);
	});
}

test('a step or a legend that no monitoring of ours has is refused before anything is laid out by it', () => {
	const table = (step: number, legend: readonly string[]) => JSON.stringify({meta: {step, legend}, data: []});

	assert.throws(() => parseXport(table(4e9, ['a'])), SyntaxError);
	assert.throws(() => parseXport(table(5, new Array<string>(1_000_000).fill('a'))), SyntaxError);
	assert.throws(() => parseXport(table(5, ['a']).slice(0, -1)), SyntaxError);
	assert.equal(parseXport(table(1, ['a'])).stepSeconds, 1);
});
