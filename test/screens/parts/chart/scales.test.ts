import assert from 'node:assert/strict';
import {test} from 'node:test';
import {layoutCharts} from '../../../../source/screens/parts/chart/layout-charts.js';
import {niceTop} from '../../../../source/screens/parts/chart/nice-top.js';
import {timeAxis} from '../../../../source/screens/parts/chart/time-axis.js';

test('scales end at a round number that is not below the highest value', () => {
	assert.deepEqual(
		[0, 0.07, 0.3, 1, 1.01, 4.2, 8.1, 99, 512, 3000.5].map(niceTop),
		[1, 0.08, 0.4, 1, 2, 5, 10, 100, 800, 4000],
	);
});

test('the time axis has its beginning and its end at the ends, and fits any width', () => {
	const from = new Date(2026, 10, 22, 14, 0, 0).getTime() / 1000;

	assert.equal(timeAxis(from, from + 600, 40), '14:00:00        14:05:00        14:10:00');
	assert.equal(timeAxis(from, from + 7200, 31), '14:00        15:00        16:00');
	assert.match(timeAxis(from, from + 3 * 86_400, 60), /^11-22 14:00 .* 11-25 14:00$/);
	for (let width = 1; width < 130; width++) {
		assert.equal(timeAxis(from, from + 600, width).length, width);
	}
});

test('three charts share the height without a row left over; too little height shows fewer', () => {
	for (let height = 3; height < 60; height++) {
		const {charts, footerRows} = layoutCharts(height);
		assert.equal(
			charts.reduce((sum, {rows}) => sum + rows, footerRows),
			height,
		);
		assert.ok(
			charts.every(({rows}) => rows >= 3),
			String(height),
		);
	}

	assert.equal(layoutCharts(11).charts.length, 3);
	assert.equal(layoutCharts(8).charts.length, 2);
	assert.deepEqual(layoutCharts(16, 'load').charts, [{metric: 'load', rows: 14}]);
});
