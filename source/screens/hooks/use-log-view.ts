import {type RefObject, useRef, useState} from 'react';
import {splitGraphemes} from '../../engine/host/terminal-text.js';
import type {KeyBinding} from '../parts/key-binding.js';
import type {LogLines} from '../parts/log/log-lines.js';
import {firstLogState, type LogSize, type LogState, scroll, search, searchOn} from '../parts/log/log-state.js';
import {topOf} from '../parts/log/log-window.js';

export type LogViewControl = {
	readonly log: LogLines;
	readonly state: LogState;
	/** Set by `<LogView>`: the room it has. */
	readonly size: RefObject<LogSize>;
	/** While a search text is typed: only the keys for that. */
	readonly keys: readonly KeyBinding[];
	/** Set while a search text is typed. */
	readonly onText: ((text: string) => void) | undefined;
};

/** How a reader looks at a log, with the keys for it. The end is followed until the reader leaves it. */
export function useLogView(log: LogLines): LogViewControl {
	const [state, setState] = useState(firstLogState);
	const size = useRef<LogSize>({width: 80, height: 20});
	const move = (rows: () => number) => () => setState(old => scroll(old, log, rows(), size.current));
	const page = () => Math.max(1, size.current.height - 1);
	const go = (direction: 1 | -1) => () => setState(old => searchOn(old, log, direction, size.current));
	const noQuery = state.query === '' ? 'Press / to look for something first.' : undefined;
	const typing = (change: (typed: string) => string) =>
		setState(old => (old.typing === undefined ? old : {...old, typing: change(old.typing)}));

	const readingKeys: readonly KeyBinding[] = [
		{key: ['up', 'k'], label: 'Up', isMinor: true, run: move(() => -1)},
		{key: ['down', 'j'], label: 'Down', isMinor: true, run: move(() => 1)},
		{key: ['pageup', 'b'], label: 'Page up', isMinor: true, run: move(() => -page())},
		{key: ['pagedown', ' '], label: 'Page down', isMinor: true, run: move(page)},
		{
			key: ['home', 'g'],
			label: 'Beginning',
			isMinor: true,
			run: () => setState(old => ({...old, remark: undefined, position: topOf(log)})),
		},
		{
			key: ['end', 'G', 'f'],
			label: 'Follow',
			run: () => setState(old => ({...old, remark: undefined, position: 'end'})),
		},
		{key: '/', label: 'Search', run: () => setState(old => ({...old, remark: undefined, typing: ''}))},
		{key: 'n', label: 'Next found', isMinor: true, disabledReason: noQuery, run: go(-1)},
		{key: 'N', label: 'Previous found', isMinor: true, disabledReason: noQuery, run: go(1)},
		{
			key: 'w',
			label: state.isWrapping ? 'Cut lines' : 'Wrap lines',
			run: () => setState(old => ({...old, isWrapping: !old.isWrapping})),
		},
	];
	const typingKeys: readonly KeyBinding[] = [
		{key: 'enter', label: 'Search', run: () => setState(old => search(old, log, old.typing ?? '', size.current))},
		{key: ['escape', 'ctrl+c'], label: 'Cancel', run: () => setState(old => ({...old, typing: undefined}))},
		{
			key: 'backspace',
			label: 'Erase',
			isMinor: true,
			run: () => typing(typed => splitGraphemes(typed).slice(0, -1).join('')),
		},
	];
	const isTyping = state.typing !== undefined;
	return {
		log,
		state,
		size,
		keys: isTyping ? typingKeys : readingKeys,
		onText: isTyping ? text => typing(typed => typed + text) : undefined,
	};
}
