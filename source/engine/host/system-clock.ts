import type {Clock} from './clock.js';

export const systemClock: Clock = {
	now: () => new Date(),
	// By hand: that of node:timers/promises makes an error with a stack of each sleep that is not slept out, which are most.
	sleep: async (ms, signal) =>
		new Promise((resolve, reject) => {
			const cancel = () => {
				clearTimeout(timer);
				reject(signal?.reason);
			};
			const timer = setTimeout(() => {
				signal?.removeEventListener('abort', cancel);
				resolve();
			}, ms);
			if (signal?.aborted) {
				cancel();
			} else {
				signal?.addEventListener('abort', cancel, {once: true});
			}
		}),
};
