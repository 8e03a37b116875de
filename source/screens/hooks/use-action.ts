import {useCallback, useRef} from 'react';
import {useNotice} from './use-notice.js';

export type Act = <T>(doing: string, work: () => Promise<T>, then?: (result: T) => void) => Promise<void>;

/** Asks the engine for something: says what goes on meanwhile, and shows the error if it fails. One at a time. */
export function useAction(): Act {
	const {say, fail, clear} = useNotice();
	const running = useRef<string>(undefined);
	return useCallback<Act>(
		async (doing, work, then) => {
			if (running.current !== undefined) {
				say(`Still busy: ${running.current}`, 'warning');
				return;
			}

			running.current = doing;
			clear({all: true});
			say(doing);
			try {
				const result = await work();
				clear({all: true});
				then?.(result);
			} catch (error) {
				fail(error);
			} finally {
				running.current = undefined;
			}
		},
		[say, fail, clear],
	);
}
