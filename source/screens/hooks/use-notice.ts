import {createContext, useCallback, useContext, useMemo, useState} from 'react';

export type Notice =
	| {readonly kind: 'said'; readonly tone: 'info' | 'warning'; readonly text: string}
	/** Shown until Escape, so that a sentence is never missed. */
	| {readonly kind: 'failed'; readonly error: unknown};

export type Notices = {
	readonly notice: Notice | undefined;
	readonly say: (text: string, tone?: 'info' | 'warning') => void;
	readonly fail: (error: unknown) => void;
	/** Takes away what was said; with `all`, an error too. */
	readonly clear: (options?: {readonly all?: boolean}) => void;
};

export const NoticeContext = createContext<Notices>({
	notice: undefined,
	say: () => undefined,
	fail: () => undefined,
	clear: () => undefined,
});

export function useNotice(): Notices {
	return useContext(NoticeContext);
}

export function useNotices(): Notices {
	const [notice, setNotice] = useState<Notice>();
	const say = useCallback(
		(text: string, tone: 'info' | 'warning' = 'info') => setNotice({kind: 'said', tone, text}),
		[],
	);
	const fail = useCallback((error: unknown) => setNotice({kind: 'failed', error}), []);
	const clear = useCallback(
		({all = false} = {}) => setNotice(old => (old?.kind === 'failed' && !all ? old : undefined)),
		[],
	);
	return useMemo(() => ({notice, say, fail, clear}), [notice, say, fail, clear]);
}
