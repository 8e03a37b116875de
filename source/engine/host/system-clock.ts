import {setTimeout as delay} from 'node:timers/promises';
import type {Clock} from './clock.js';

export const systemClock: Clock = {
	now: () => new Date(),
	async sleep(ms, signal) {
		try {
			await delay(ms, undefined, signal ? {signal} : {});
		} catch (error) {
			throw signal?.aborted ? signal.reason : error;
		}
	},
};
