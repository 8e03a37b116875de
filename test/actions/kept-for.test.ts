import assert from 'node:assert/strict';
import {test} from 'node:test';
import {keptFor} from '../../source/actions/kept-for.js';

test('an answer is kept for a while, each key has its own, and a failure is not kept', async () => {
	let time = 0;
	let asked = 0;
	const ask = keptFor(
		1000,
		async key => {
			asked += 1;
			if (asked === 4) throw new Error('not now');
			return `${key} ${asked}`;
		},
		() => time,
	);
	assert.deepEqual(await Promise.all([ask('a'), ask('a')]), ['a 1', 'a 1']);
	time = 999;
	assert.equal(await ask('a'), 'a 1');
	assert.equal(await ask('b'), 'b 2');
	time = 1000;
	assert.equal(await ask('a'), 'a 3');
	time = 2000;
	await assert.rejects(ask('a'), /not now/);
	assert.equal(await ask('a'), 'a 5');
});
