import {createContext, useCallback, useContext, useMemo, useState} from 'react';

export type Notice =
	| {readonly kind: 'said'; readonly tone: 'info' | 'warning'; readonly text: string}
	/** Shown until Escape, so that a sentence is never missed. */
	| {readonly kind: 'failed'; readonly error: unknown};

export type Notices = {
	readonly notice: Notice | undefined;
	/** What is being worked at, said for as long as it lasts. */
	readonly doing: string | undefined;
	readonly say: (text: string, tone?: 'info' | 'warning') => void;
	readonly fail: (error: unknown) => void;
	/** Takes away what was said; with `all`, an error too. */
	readonly clear: (options?: {readonly all?: boolean}) => void;
	/** Says what is being worked at; call what it returns at the end. */
	readonly begin: (doing: string) => () => void;
};

export const NoticeContext = createContext<Notices>({
	notice: undefined,
	doing: undefined,
	say: () => undefined,
	fail: () => undefined,
	clear: () => undefined,
	begin: () => () => undefined,
});

export function useNotice(): Notices {
	return useContext(NoticeContext);
}

/** @param first What is said before anything is done; empty: nothing. */
export function useNotices(first = ''): Notices {
	const [notice, setNotice] = useState<Notice | undefined>(
		first === '' ? undefined : {kind: 'said', tone: 'warning', text: first},
	);
	const [doings, setDoings] = useState<readonly string[]>([]);
	const say = useCallback(
		(text: string, tone: 'info' | 'warning' = 'info') => setNotice({kind: 'said', tone, text}),
		[],
	);
	const fail = useCallback((error: unknown) => setNotice({kind: 'failed', error}), []);
	const clear = useCallback(
		({all = false} = {}) => setNotice(old => (old?.kind === 'failed' && !all ? old : undefined)),
		[],
	);
	const begin = useCallback((doing: string) => {
		setDoings(old => [...old, doing]);
		return () => setDoings(old => old.toSpliced(old.lastIndexOf(doing), 1));
	}, []);
	const doing = doings.at(-1);
	return useMemo(() => ({notice, doing, say, fail, clear, begin}), [notice, doing, say, fail, clear, begin]);
}
