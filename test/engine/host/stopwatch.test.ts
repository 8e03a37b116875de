import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Stopwatch} from '../../../source/engine/host/stopwatch.js';

test('a stopwatch counts what passes between looks, and neither leaps of the clock nor its going back', () => {
	let now = 1_000_000;
	const watch = new Stopwatch({now: () => new Date(now)}, 60_000);
	const after = (ms: number) => {
		now += ms;
		return watch.passedMs();
	};
	assert.equal(after(5000), 5000);
	assert.equal(after(5 * 3_600_000), 65_000);
	assert.equal(after(-5 * 3_600_000), 65_000);
	assert.equal(after(10_000), 75_000);
});
