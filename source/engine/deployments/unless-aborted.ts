/** What the promise gives, or the signal's reason as soon as it is aborted; the work itself is then left behind. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	let stop: (() => void) | undefined;
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason);
		if (signal.aborted) {
			stop();
		} else {
			signal.addEventListener('abort', stop, {once: true});
		}
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		promise.catch(() => undefined); // Its late failure is of no interest to anyone.
		signal.removeEventListener('abort', stop as () => void);
	}
}
