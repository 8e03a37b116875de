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
Looks again after every change notice and every `everyMs`, never twice at once for one `key`. `ask` is called again from the
start when `key` changes. What is asked of a cloud follows no changes: a job that works makes several each second.
*/
export function usePolled<T>(
	key: string,
	ask: () => Promise<T>,
	everyMs = 3000,
	{followsChanges = true}: {readonly followsChanges?: boolean} = {},
): Polled<T> {
	const d2cm = useD2cm();
	const [state, setState] = useState<{key: string; value?: T; error?: unknown}>({key});
	const latest = useRef(ask);
	latest.current = ask;
	const look = useRef(async (): Promise<void> => undefined);
	const reload = useCallback(async () => look.current(), []);

	useEffect(() => {
		const poll = new Poll(
			async () => latest.current(),
			value => setState({key, value}),
			error => setState(old => (old.key === key ? {...old, error} : {key, error})),
		);
		look.current = async () => poll.look();
		void poll.look();
		const stop = followsChanges ? d2cm.onChange(() => void poll.look()) : () => undefined;
		const timer = setInterval(() => void poll.look(), everyMs);
		return () => {
			poll.end();
			stop();
			clearInterval(timer);
		};
	}, [d2cm, everyMs, key, followsChanges]);

	const isCurrent = state.key === key;
	return {value: isCurrent ? state.value : undefined, error: isCurrent ? state.error : undefined, reload};
}

/** One question that is put again and again. Who asks while it is under way gets it put once more after it. */
class Poll<T> {
	#isAsking = false;
	#isAskedAgain = false;
	#isOver = false;

	constructor(
		private readonly ask: () => Promise<T>,
		private readonly onValue: (value: T) => void,
		private readonly onError: (error: unknown) => void,
	) {}

	/** Its later answers are dropped. */
	end(): void {
		this.#isOver = true;
	}

	async look(): Promise<void> {
		if (this.#isAsking) {
			this.#isAskedAgain = true;
			return;
		}

		this.#isAsking = true;
		do {
			this.#isAskedAgain = false;
			try {
				const value = await this.ask();
				if (!this.#isOver) this.onValue(value);
			} catch (error) {
				if (!this.#isOver) this.onError(error);
			}
		} while (this.#isAskedAgain && !this.#isOver);

		this.#isAsking = false;
	}
}
