import assert from 'node:assert/strict';
import {test} from 'node:test';
import {mergePieces} from '../../../source/engine/monitoring/merge-pieces.js';
import type {XportTable} from '../../../source/engine/monitoring/parse-xport.js';

const piece = (
	stepSeconds: number,
	startSeconds: number,
	values: ReadonlyArray<number | null>,
	column = 'a',
): XportTable => ({
	stepSeconds,
	columns: ['other', column],
	rows: values.map((value, index) => ({timeSeconds: startSeconds + index * stepSeconds, values: [-1, value]})),
});

test('pieces that follow one another are one line, and what lies between them is a gap', () => {
	assert.deepEqual(mergePieces([piece(5, 100, [1, 2]), piece(5, 120, [5])], 'a'), {
		stepSeconds: 5,
		startSeconds: 100,
		values: [1, 2, null, null, 5],
	});
});

test('where pieces overlap a value fills a gap and is never replaced by one', () => {
	const pieces = [piece(5, 100, [1, 2, null, null]), piece(5, 105, [null, 3, null, 5])];

	assert.deepEqual(mergePieces(pieces, 'a')?.values, [1, 2, 3, null, 5]);
});

test('a coarse row stands for the fine steps it covers, and finer values hold against it', () => {
	const merged = mergePieces([piece(15, 115, [7, 8]), piece(5, 125, [1, 2, 3])], 'a');

	assert.deepEqual(merged, {stepSeconds: 5, startSeconds: 105, values: [7, 7, 7, 8, 1, 2, 3]});
});

test('a column that only some pieces have is a gap in the others', () => {
	const merged = mergePieces([piece(5, 100, [9, 9], 'b'), piece(5, 110, [1])], 'b');

	assert.deepEqual(merged, {stepSeconds: 5, startSeconds: 100, values: [9, 9, null]});
	assert.equal(mergePieces([piece(5, 100, [9])], 'c'), undefined);
	assert.equal(mergePieces([], 'c'), undefined);
});

test('a piece from before the clock was set does not stretch the line over decades', () => {
	assert.deepEqual(mergePieces([piece(5, 100, [1]), piece(5, 1_795_000_000, [2])], 'a')?.values, [2]);
});
