import {setTimeout as delay} from 'node:timers/promises';
import type {Clock} from '../../source/engine/host/clock.js';

/** Time that passes so many times as fast as ours. */
export function scaledClock(speed: number): Clock {
	const [start, since] = [Date.now(), performance.now()];
	return {
		now: () => new Date(start + (performance.now() - since) * speed),
		async sleep(ms, signal) {
			try {
				await delay(ms / speed, undefined, signal ? {signal} : {});
			} catch (error) {
				throw signal?.aborted ? signal.reason : error;
			}
		},
	};
}
