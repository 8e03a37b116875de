import {wrapLines} from '../fit.js';
import type {LogLines} from './log-lines.js';
import type {LogLevel} from './record-lines.js';

/** What of a log is on the screen: its end, or what begins at one row of one line. */
export type LogPosition = 'end' | {readonly line: number; readonly row: number};

export type LogFrame = {readonly width: number; readonly height: number; readonly isWrapping: boolean};

export type LogRow = {
	readonly text: string;
	readonly level: LogLevel;
	/** Number of the line, and which row of it this is. */
	readonly line: number;
	readonly row: number;
};

/** The rows to be shown, at most `height`. Only lines near them are looked at, however long the log is. */
export function visibleRows(log: LogLines, position: LogPosition, frame: LogFrame): LogRow[] {
	const top = position === 'end' ? undefined : clamp(log, position);
	const rows: LogRow[] = [];
	for (let line = top?.line ?? log.end; line < log.end && rows.length < frame.height; line++) {
		rows.push(...rowsOf(log, line, frame).slice(line === top?.line ? top.row : 0));
	}

	return rows.length >= frame.height ? rows.slice(0, frame.height) : lastRows(log, frame);
}

/** Moves by rows, up when negative. Whoever comes to the end follows it again; whoever leaves it does not. */
export function moveBy(log: LogLines, position: LogPosition, rows: number, frame: LogFrame): LogPosition {
	const [shown] = visibleRows(log, position, frame);
	if (!shown) {
		return 'end';
	}

	let {line, row} = shown;
	for (let left = Math.abs(rows); left > 0; left--) {
		if (rows < 0) {
			row -= 1;
			if (row < 0 && line === log.first) {
				row = 0;
				break;
			}

			if (row < 0) {
				line -= 1;
				row = rowsOf(log, line, frame).length - 1;
			}
		} else {
			row += 1;
			if (row >= rowsOf(log, line, frame).length) {
				line += 1;
				row = 0;
			}

			if (line >= log.end) {
				return 'end';
			}
		}
	}

	const moved = {line, row};
	return rows > 0 && isAtEnd(log, moved, frame) ? 'end' : moved;
}

/** The top of the log; also when all of it fits on the screen, so that new lines do not push it away. */
export const topOf = (log: LogLines): LogPosition => ({line: log.first, row: 0});

/** Number of the next line that has the text, after the line given or before it, and on from the other end. */
export function findLine(log: LogLines, text: string, from: number, direction: 1 | -1): number | undefined {
	const wanted = text.toLowerCase();
	const count = log.end - log.first;
	for (let step = 1; step <= count; step++) {
		const offset = (((from - log.first + direction * step) % count) + count) % count;
		if (
			log
				.at(log.first + offset)
				?.text.toLowerCase()
				.includes(wanted)
		) {
			return log.first + offset;
		}
	}

	return undefined;
}

function lastRows(log: LogLines, frame: LogFrame): LogRow[] {
	const rows: LogRow[] = [];
	for (let line = log.end - 1; line >= log.first && rows.length < frame.height; line--) {
		rows.unshift(...rowsOf(log, line, frame));
	}

	return rows.slice(-frame.height);
}

function isAtEnd(log: LogLines, position: LogPosition, frame: LogFrame): boolean {
	const last = visibleRows(log, position, frame).at(-1);
	return last === undefined || (last.line === log.end - 1 && last.row === rowsOf(log, last.line, frame).length - 1);
}

/** Lines that were dropped meanwhile are replaced by the oldest that is left. */
function clamp(log: LogLines, {line, row}: Exclude<LogPosition, 'end'>): {line: number; row: number} {
	return line < log.first ? {line: log.first, row: 0} : {line, row};
}

function rowsOf(log: LogLines, line: number, {width, isWrapping}: LogFrame): LogRow[] {
	const found = log.at(line);
	if (!found) {
		return [];
	}

	const {text, level} = found;
	return wrapped(text, width, isWrapping).map((part, row) => ({text: part, level, line, row}));
}

/** The rows after a line's first stand below its text, not below its time. */
function wrapped(text: string, width: number, isWrapping: boolean): readonly string[] {
	const hang = 9;
	if (!isWrapping || text.length * 2 <= width || width < 3 * hang) {
		return [text];
	}

	return wrapLines(text.slice(hang), width - hang).map(
		(part, row) => (row === 0 ? text.slice(0, hang) : ' '.repeat(hang)) + part,
	);
}
