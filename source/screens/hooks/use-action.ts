import {useCallback, useEffect, useRef} from 'react';
import {useNotice} from './use-notice.js';

export type Act = <T>(
	doing: string,
	/** Is told whether the user has left the screen meanwhile. */
	work: (hasLeft: () => boolean) => Promise<T>,
	then?: (result: T) => void,
) => Promise<void>;

/**
Asks the engine for something: says what goes on meanwhile, and shows the error if it fails. One at a time. Where the user
has left the screen meanwhile, \`then\` is not called: it would lead away from where they are now.
*/
export function useAction(): Act {
	const {say, fail, clear, begin} = useNotice();
	const running = useRef<string>(undefined);
	const hasLeft = useRef(false);
	useEffect(() => {
		hasLeft.current = false;
		return () => {
			hasLeft.current = true;
		};
	}, []);
	return useCallback<Act>(
		async (doing, work, then) => {
			if (running.current !== undefined) {
				say(`Still busy: ${running.current}`, 'warning');
				return;
			}

			running.current = doing;
			clear({all: true});
			const end = begin(doing);
			try {
				const result = await work(() => hasLeft.current);
				clear({all: true});
				if (hasLeft.current) say(`${doing}${doing.endsWith('.') ? ' D' : ': d'}one.`);
				else then?.(result);
			} catch (error) {
				fail(error);
			} finally {
				end();
				running.current = undefined;
			}
		},
		[say, fail, clear, begin],
	);
}
