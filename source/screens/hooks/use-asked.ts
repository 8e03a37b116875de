import {useCallback, useEffect, useRef, useState} from 'react';

export type AskedOnce<T> = {
	/** Undefined until there is an answer. */
	readonly value: T | undefined;
	readonly error: unknown;
	readonly again: () => Promise<void>;
};

/** Asks once, and again when `key` changes or the user wants it: for questions that cost time, or that others count. */
export function useAsked<T>(key: string, ask: () => Promise<T>): AskedOnce<T> {
	const [state, setState] = useState<{key: string; value?: T; error?: unknown}>({key});
	const latest = useRef({ask, key});
	latest.current = {ask, key};
	const isGone = useRef(false);
	const askFor = useCallback(async (asked: string) => {
		setState({key: asked});
		const answer = await latest.current.ask().then(
			value => ({key: asked, value}),
			(error: unknown) => ({key: asked, error}),
		);
		// An answer to a question that is no longer asked is dropped.
		if (!isGone.current && latest.current.key === asked) {
			setState(answer);
		}
	}, []);
	const again = useCallback(async () => askFor(latest.current.key), [askFor]);

	useEffect(() => {
		isGone.current = false;
		void askFor(key);
		return () => {
			isGone.current = true;
		};
	}, [askFor, key]);

	const isCurrent = state.key === key;
	return {value: isCurrent ? state.value : undefined, error: isCurrent ? state.error : undefined, again};
}
