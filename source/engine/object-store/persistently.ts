import {CancelledError} from '../errors/cancelled-error.js';
import type {Clock} from '../host/clock.js';

export type Persistence = {
	/** The most attempts, the first included. */
	readonly attempts: number;
	/** The first pause is shorter than this, each later one than twice the one before, and none longer than `longestPauseMs`. */
	readonly firstPauseMs: number;
	readonly longestPauseMs: number;
	readonly clock: Clock;
	/** From 0 to below 1. */
	readonly random: () => number;
	/** Whether a failure may pass by itself. */
	readonly isPassing: (error: unknown) => boolean;
	readonly signal?: AbortSignal | undefined;
	/** Hears of every failure that may pass, before the pause after it. */
	readonly onTrouble?: (() => void) | undefined;
};

/**
Tries until it works, or fails in a way that does not pass. Pauses have full jitter, so that workers which failed together
do not come back together.

@see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
@throws {CancelledError} When `signal` is aborted.
*/
export async function persistently<T>(
	{attempts, firstPauseMs, longestPauseMs, clock, random, isPassing, signal, onTrouble}: Persistence,
	work: (attempt: number) => Promise<T>,
): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		if (signal?.aborted) {
			throw new CancelledError('The transfer');
		}

		try {
			return await work(attempt);
		} catch (error) {
			if (signal?.aborted) {
				throw new CancelledError('The transfer');
			}

			if (attempt >= attempts || !isPassing(error)) {
				throw error;
			}
		}

		onTrouble?.();
		const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
		await clock.sleep(random() * longest, signal).catch(error => {
			throw signal?.aborted ? new CancelledError('The transfer') : error;
		});
	}
}
