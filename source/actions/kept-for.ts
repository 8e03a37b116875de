/** Gives the answer for a key again for `ms` after it was asked for, also to those who ask meanwhile. A failure is not kept. */
export function keptFor<T>(
	ms: number,
	ask: (key: string) => Promise<T>,
	now: () => number = Date.now,
): (key: string) => Promise<T> {
	const kept = new Map<string, {readonly askedAt: number; readonly answer: Promise<T>}>();
	return key => {
		const known = kept.get(key);
		if (known !== undefined && now() - known.askedAt < ms) {
			return known.answer;
		}

		const fresh = {askedAt: now(), answer: ask(key)};
		kept.set(key, fresh);
		fresh.answer.catch(() => {
			if (kept.get(key) === fresh) kept.delete(key);
		});
		return fresh.answer;
	};
}
