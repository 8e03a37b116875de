import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {together} from '../../../source/engine/deployments/together.js';

const never = new AbortController().signal;

test('works go on side by side, at most so many at once', async () => {
	let [now, most, done] = [0, 0, 0];
	const work = async () => {
		most = Math.max(most, ++now);
		await sleep(2);
		now--;
		done++;
	};
	await together(
		never,
		3,
		Array.from({length: 10}, () => work),
	);
	assert.deepEqual([most, done], [3, 10]);
});

test('the first failure ends the others, is thrown, and nothing is begun after it', async () => {
	const seen: string[] = [];
	const works = [
		async () => {
			throw new Error('first');
		},
		async (signal: AbortSignal) => {
			await sleep(60_000, undefined, {signal}).catch(() => seen.push('ended'));
			await sleep(2);
			seen.push('settled');
		},
		async () => {
			seen.push('begun late');
		},
	];
	await assert.rejects(together(never, 2, works), /first/);
	assert.deepEqual(seen, ['ended', 'settled']);
});
