import type {Clock} from './clock.js';

type Limit = {
	readonly clock: Clock;
	readonly limitMs: number;
	/** What is thrown when it is over. */
	readonly late: () => Error;
	readonly signal?: AbortSignal | undefined;
};

/**
Waits for work that may never end: not longer than the limit after its begin or after it last called `touch`, and not after the
signal. The work itself is then left behind.
*/
export async function within<T>(
	{clock, limitMs, late, signal}: Limit,
	work: (touch: () => void) => Promise<T>,
): Promise<T> {
	signal?.throwIfAborted();
	// Hundreds of these are under way at once, and most end well: an AbortSignal.any and an error for each would cost more.
	const over = new AbortController();
	const cancel = () => over.abort(signal?.reason);
	signal?.addEventListener('abort', cancel, {once: true});
	let touched = true;
	const watch = async (): Promise<never> => {
		while (touched) {
			touched = false;
			await clock.sleep(limitMs, over.signal);
		}

		throw late();
	};
	try {
		return await Promise.race([
			work(() => {
				touched = true;
			}),
			watch(),
		]);
	} finally {
		signal?.removeEventListener('abort', cancel);
		over.abort(done);
	}
}

const done = 'it is over';
