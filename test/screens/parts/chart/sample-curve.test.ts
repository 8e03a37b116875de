import assert from 'node:assert/strict';
import {test} from 'node:test';
import {summarizeCurve} from '../../../../source/engine/monitoring/summarize-curve.js';
import {sampleCurve} from '../../../../source/screens/parts/chart/sample-curve.js';

const curve = (...values: Array<number | null>) => ({startSeconds: 105, stepSeconds: 5, values});

test('a value lies in the step that ends at its time', () => {
	assert.deepEqual(sampleCurve(curve(1, 2, 3), {from: 100, to: 115, columns: 3}), [1, 2, 3]);
});

test('many values in one column are their average, weighted by time', () => {
	assert.deepEqual(sampleCurve(curve(1, 3, 5, 7), {from: 100, to: 120, columns: 2}), [2, 6]);
	assert.deepEqual(sampleCurve(curve(0, 30, 60), {from: 100, to: 115, columns: 2}), [10, 50]);
});

test('fewer values than columns are each drawn over several', () => {
	assert.deepEqual(sampleCurve(curve(1, 2), {from: 100, to: 110, columns: 4}), [1, 1, 2, 2]);
});

test('a column with nothing measured is a gap, one with something is the average of that', () => {
	assert.deepEqual(sampleCurve(curve(1, null, null, null, 4, null), {from: 100, to: 130, columns: 3}), [1, null, 4]);
});

test('before the first and after the last value there is a gap', () => {
	assert.deepEqual(sampleCurve(curve(1, 2), {from: 90, to: 120, columns: 6}), [null, null, 1, 2, null, null]);
});

test('a day of measurements is sampled in a moment, and keeps its average', () => {
	const values = Array.from({length: 17_280}, (_, index) => index % 100);
	const sampled = sampleCurve({startSeconds: 5, stepSeconds: 5, values}, {from: 0, to: 86_400, columns: 72});

	const average = sampled.reduce<number>((sum, value) => sum + (value ?? 0), 0) / 72;
	assert.ok(Math.abs(average - summarizeOf(values).average) < 1e-9);
});

const summarizeOf = (values: ReadonlyArray<number | null>) =>
	summarizeCurve({values, stepSeconds: 5}) ?? {average: Number.NaN};

test('the figures of a curve are of all its points, peaks included', () => {
	assert.deepEqual(summarizeCurve({values: [null, 1, 9, null, 2], stepSeconds: 5}), {
		last: 2,
		lowest: 1,
		highest: 9,
		average: 4,
		gapSeconds: 5,
	});
	assert.equal(summarizeCurve({values: [1, null], stepSeconds: 5})?.last, null);
	assert.equal(summarizeCurve({values: [null], stepSeconds: 5}), undefined);
});
