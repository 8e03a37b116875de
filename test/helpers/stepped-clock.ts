import type {Clock} from '../../source/engine/host/clock.js';

/** Time that passes only while somebody waits, and then at once. */
export function steppedClock(): Clock {
	let now = Date.now();
	return {
		now: () => new Date(now),
		async sleep(ms, signal) {
			now += ms;
			await new Promise(setImmediate);
			signal?.throwIfAborted();
		},
	};
}
