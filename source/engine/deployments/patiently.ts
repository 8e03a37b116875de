import {AppError} from '../errors/app-error.js';
import type {Clock} from '../host/clock.js';

/**
Asks again, with growing pauses, when a question to the cloud fails; five times in all. What the user has to mend is not
asked twice.
*/
export async function patiently<T>(clock: Clock, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await ask();
		} catch (error) {
			if (error instanceof AppError || attempt === 5) {
				throw error;
			}

			await clock.sleep(1000 * 2 ** (attempt - 1), signal);
		}
	}
}
