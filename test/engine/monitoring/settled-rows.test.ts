import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {XportTable} from '../../../source/engine/monitoring/parse-xport.js';
import {settledRows} from '../../../source/engine/monitoring/settled-rows.js';

const table = (...rows: ReadonlyArray<readonly [number, ...Array<number | null>]>): XportTable => ({
	stepSeconds: 5,
	columns: ['cpu-idle', 'load-shortterm'],
	rows: rows.map(([timeSeconds, ...values]) => ({timeSeconds, values})),
});
const times = ({rows}: XportTable) => rows.map(({timeSeconds}) => timeSeconds);
const running = {nowSeconds: 1020, hasEnded: false};

test('young rows that are not whole wait for the next time', () => {
	assert.deepEqual(times(settledRows(table([1000, 1, 1], [1005, 2, null], [1010, null, null]), running)), [1000]);
});

test('a gap that is followed by values is kept', () => {
	assert.deepEqual(
		times(settledRows(table([1000, 1, 1], [1005, null, null], [1010, 2, 2]), running)),
		[1000, 1005, 1010],
	);
});

test('old rows are final though a column never has a value', () => {
	assert.deepEqual(times(settledRows(table([900, 1, null], [960, 1, null], [965, 1, null]), running)), [900, 960]);
});

test('once collectd has ended a row with any value is final', () => {
	const rows = table([1000, 1, 1], [1005, 2, null], [1010, null, null]);

	assert.deepEqual(times(settledRows(rows, {nowSeconds: 1020, hasEnded: true})), [1000, 1005]);
});
