import type {LogLines} from './log-lines.js';
import {findLine, type LogFrame, type LogPosition, moveBy, visibleRows} from './log-window.js';

/** How a reader looks at a log. */
export type LogState = {
	readonly position: LogPosition;
	readonly isWrapping: boolean;
	/** What is looked for; empty when nothing is. */
	readonly query: string;
	/** The line found last. */
	readonly found?: number | undefined;
	/** The text as far as it is typed; undefined while nobody types. */
	readonly typing?: string | undefined;
	/** What the reader should be told: that nothing was found. */
	readonly remark?: string | undefined;
};

export const firstLogState: LogState = {position: 'end', isWrapping: true, query: ''};

export type LogSize = Pick<LogFrame, 'width' | 'height'>;

export const frameOf = ({isWrapping}: LogState, size: LogSize): LogFrame => ({...size, isWrapping});

export function scroll(state: LogState, log: LogLines, rows: number, size: LogSize): LogState {
	return {...state, remark: undefined, position: moveBy(log, state.position, rows, frameOf(state, size))};
}

/** Looks for a text from where the reader is, upwards, since what is new is at the end. Nothing typed ends the search. */
export function search(state: LogState, log: LogLines, query: string, size: LogSize): LogState {
	const ended = {...state, typing: undefined, remark: undefined, query, found: undefined};
	const last = visibleRows(log, state.position, frameOf(state, size)).at(-1)?.line ?? log.end - 1;
	return query === '' ? ended : goTo(ended, log, last + 1, -1, size);
}

/** The next place of what is looked for: further down (1) or up (-1). */
export function searchOn(state: LogState, log: LogLines, direction: 1 | -1, size: LogSize): LogState {
	const [shown] = visibleRows(log, state.position, frameOf(state, size));
	return state.query === '' || !shown ? state : goTo(state, log, state.found ?? shown.line, direction, size);
}

function goTo(state: LogState, log: LogLines, from: number, direction: 1 | -1, size: LogSize): LogState {
	const found = findLine(log, state.query, from, direction);
	if (found === undefined) {
		return {...state, found, remark: `There is no "${state.query}" in this log.`};
	}

	const isShown = visibleRows(log, state.position, frameOf(state, size)).some(({line}) => line === found);
	if (isShown && state.position !== 'end') {
		return {...state, found, remark: undefined};
	}

	// With a third of the screen above it, so that what led to it is seen too.
	const above = moveBy(log, {line: found, row: 0}, -Math.floor(size.height / 3), frameOf(state, size));
	return {...state, found, remark: undefined, position: above === 'end' ? {line: found, row: 0} : above};
}
