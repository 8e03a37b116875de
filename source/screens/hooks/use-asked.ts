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
	const again = useCallback(async () => {
		const asked = latest.current;
		setState({key: asked.key});
		const answer = await asked.ask().then(
			value => ({key: asked.key, value}),
			(error: unknown) => ({key: asked.key, error}),
		);
		// An answer to a question that is no longer asked is dropped.
		if (!isGone.current && latest.current.key === asked.key) {
			setState(answer);
		}
	}, []);

	// biome-ignore lint/correctness/useExhaustiveDependencies: another key asks anew
	useEffect(() => {
		isGone.current = false;
		void again();
		return () => {
			isGone.current = true;
		};
	}, [again, key]);

	const isCurrent = state.key === key;
	return {value: isCurrent ? state.value : undefined, error: isCurrent ? state.error : undefined, again};
}
