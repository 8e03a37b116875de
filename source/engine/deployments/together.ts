export type Work = (signal: AbortSignal) => Promise<void>;

/**
Does several things side by side, at most `limit` at once. The first that fails ends the others through their signal; its
error is thrown once all have settled, so that nothing goes on behind the caller's back.
*/
export async function together(signal: AbortSignal, limit: number, works: readonly Work[]): Promise<void> {
	const stop = new AbortController();
	const each = AbortSignal.any([signal, stop.signal]);
	const waiting = [...works];
	const failures: unknown[] = [];
	const worker = async () => {
		for (let work = waiting.shift(); work; work = waiting.shift()) {
			try {
				each.throwIfAborted();
				await work(each);
			} catch (error) {
				failures.push(error);
				stop.abort(error);
			}
		}
	};

	await Promise.all(Array.from({length: Math.min(limit, works.length)}, worker));
	if (failures.length > 0) {
		throw failures[0];
	}
}
