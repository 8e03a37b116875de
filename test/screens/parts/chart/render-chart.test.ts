import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type ChartOptions, plotColumns, renderChart} from '../../../../source/screens/parts/chart/render-chart.js';

const draw = (curves: ReadonlyArray<ReadonlyArray<number | null>>, options: ChartOptions) =>
	renderChart(curves, options).map(line => line.map(({text}) => text).join(''));
const options = {width: 20, height: 5, top: 100};

test('a rising curve is drawn from the bottom to the top, with the scale beside it', () => {
	assert.deepEqual(draw([[0, 0, 25, 50, 100, 100, 100, 50, 0, 0, 0, 0]], options), [
		'   100 ┤    ╭──╮    ',
		'       ┤    │  │    ',
		'    50 ┤   ╭╯  ╰╮   ',
		'       ┤  ╭╯    │   ',
		'     0 ┤──╯     ╰───',
	]);
});

test('where only ASCII can be shown the same is drawn in it', () => {
	assert.deepEqual(draw([[0, 0, 25, 50, 100, 100, 100, 50, 0, 0, 0, 0]], {...options, ascii: true}), [
		'   100 |    .--.    ',
		'       |    |  |    ',
		"    50 |   .'  '.   ",
		"       |  .'    |   ",
		"     0 |--'     '---",
	]);
});

test('gaps stay empty, at the ends too, and a single value between gaps is seen', () => {
	assert.deepEqual(draw([[null, 50, 50, null, null, 100, null, 0, 0, null, 75, null]], options), [
		'   100 ┤     ─      ',
		'       ┤          ─ ',
		'    50 ┤ ──         ',
		'       ┤            ',
		'     0 ┤       ──   ',
	]);
});

test('curves over each other end in their numbers, the first on top', () => {
	assert.deepEqual(
		draw(
			[
				[50, 50, 50, 50],
				[50, 50, 0, 0, 0],
			],
			options,
		),
		[
			'   100 ┤            ',
			'       ┤            ',
			'    50 ┤───1        ',
			'       ┤  │         ',
			'     0 ┤  ╰─2       ',
		],
	);
	assert.deepEqual(
		renderChart(
			[
				[50, 50],
				[0, 0],
			],
			options,
		)[4]?.map(({curve}) => curve),
		[undefined, 1, undefined],
	);
});

test('every size, scale and value gives exactly the lines and columns asked for', () => {
	for (const height of [2, 3, 4, 5, 8, 13]) {
		for (const width of [9, 10, 33, 80, 121]) {
			for (const top of [0.01, 1, 2.5, 100, 65536, 1e9]) {
				const values = Array.from({length: plotColumns(width) + 3}, (_, index) =>
					index % 7 === 3 ? null : (((index * 37) % 101) / 90) * top,
				);
				const lines = draw([values, [], [null], [top * 50, -1]], {width, height, top});
				assert.equal(lines.length, height);
				assert.ok(
					lines.every(line => line.length === width),
					`${width}x${height} ${top}\n${lines.join('\n')}`,
				);
			}
		}
	}
});

test('no value at all is an empty chart', () => {
	assert.deepEqual(draw([], {width: 10, height: 2, top: 1}), ['     1 ┤  ', '     0 ┤  ']);
	assert.deepEqual(draw([[null, null]], {width: 10, height: 2, top: 1}), ['     1 ┤  ', '     0 ┤  ']);
});
