import {useCallback, useEffect, useRef, useState} from 'react';
import {useD2cm} from './use-d2cm.js';

export type Polled<T> = {
	/** Undefined until the first answer. Kept when a later look fails. */
	readonly value: T | undefined;
	/** Of the last look, when it failed. */
	readonly error: unknown;
	readonly reload: () => Promise<void>;
};

/**
Looks again after every change notice and every `everyMs`, never twice at once. `ask` is called again from the start when
`key` changes.
*/
export function usePolled<T>(key: string, ask: () => Promise<T>, everyMs = 3000): Polled<T> {
	const d2cm = useD2cm();
	const [state, setState] = useState<{key: string; value?: T; error?: unknown}>({key});
	const latest = useRef({ask, key});
	latest.current = {ask, key};
	const isAsking = useRef(false);
	const isAskedAgain = useRef(false);
	const isGone = useRef(false);

	const reload = useCallback(async () => {
		if (isAsking.current) {
			isAskedAgain.current = true;
			return;
		}

		isAsking.current = true;
		do {
			isAskedAgain.current = false;
			const asked = latest.current;
			try {
				const value = await asked.ask();
				if (!isGone.current) setState({key: asked.key, value});
			} catch (error) {
				if (!isGone.current) {
					setState(old => (old.key === asked.key ? {...old, error} : {key: asked.key, error}));
				}
			}
		} while (isAskedAgain.current && !isGone.current);

		isAsking.current = false;
	}, []);

	// biome-ignore lint/correctness/useExhaustiveDependencies: another key asks anew
	useEffect(() => {
		isGone.current = false;
		void reload();
		const stop = d2cm.onChange(() => void reload());
		const timer = setInterval(() => void reload(), everyMs);
		return () => {
			isGone.current = true;
			stop();
			clearInterval(timer);
		};
	}, [d2cm, everyMs, reload, key]);

	const isCurrent = state.key === key;
	return {value: isCurrent ? state.value : undefined, error: isCurrent ? state.error : undefined, reload};
}
