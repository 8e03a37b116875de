import {Box} from 'ink';
import type {LogViewControl} from '../hooks/use-log-view.js';
import {cutText, fit} from './fit.js';
import {plural} from './format.js';
import {frameOf} from './log/log-state.js';
import {type LogRow, visibleRows} from './log/log-window.js';
import type {LogLevel} from './log/record-lines.js';
import {useLook} from './look.js';
import {Text} from './text.js';

const styles: Readonly<Record<LogLevel, {color?: string; bold?: boolean; dimColor?: boolean}>> = {
	info: {},
	hint: {dimColor: true},
	warning: {color: 'yellow'},
	error: {color: 'red'},
	state: {color: 'cyan', bold: true},
	done: {color: 'green', bold: true},
};

/** A log in exactly the width and height given; its last row says where the reader is, or what is looked for. */
export function LogView({
	view,
	width,
	height,
}: {
	readonly view: LogViewControl;
	readonly width: number;
	readonly height: number;
}) {
	const {log, state, size} = view;
	const {hasColor, ellipsis, cursor} = useLook();
	const logHeight = Math.max(1, height - 1);
	// The keys move by what is on the screen, so they have to know it; nothing is drawn from it.
	size.current = {width, height: logHeight};
	const rows = visibleRows(log, state.position, frameOf(state, size.current));
	const status =
		state.typing === undefined ? (state.remark ?? whereabouts()) : `Search: ${state.typing}${hasColor ? cursor : '_'}`;
	return (
		<Box flexDirection="column" width={width} height={height} overflow="hidden" flexShrink={0}>
			<Box flexDirection="column" height={logHeight} overflow="hidden" flexShrink={0}>
				{rows.length === 0 && <Text wrap="truncate">Nothing has happened yet.</Text>}
				{rows.map(row => (
					<LogRowText
						key={`${row.line} ${row.row}`}
						row={row}
						query={state.query}
						isFound={row.line === state.found}
						width={width}
					/>
				))}
			</Box>
			{height > 1 && (
				<Text dimColor={state.typing === undefined} wrap="truncate">
					{fit(status, width, {ellipsis})}
				</Text>
			)}
		</Box>
	);

	function whereabouts(): string {
		const count = log.end - log.first;
		const last = (rows.at(-1)?.line ?? log.first - 1) - log.first + 1;
		const dropped = log.first > 0 ? `, ${log.first} older ones no longer kept` : '';
		const searching = state.query === '' ? '' : `; n and N: next and previous "${state.query}"`;
		return state.position === 'end'
			? `Following, ${plural(count, 'line')}${dropped}${searching}`
			: `Line ${last} of ${count}${dropped}; End follows${searching}`;
	}
}

function LogRowText({
	row: {text, level},
	query,
	isFound,
	width,
}: {
	readonly row: LogRow;
	readonly query: string;
	readonly isFound: boolean;
	readonly width: number;
}) {
	const {hasColor, ellipsis} = useLook();
	const {color, ...style} = styles[level];
	return (
		<Text wrap="truncate" {...style} {...(hasColor && color ? {color} : {})}>
			{splitAt(cutText(text, width, ellipsis), query).map(({part, at, isWanted}) => (
				<Text key={at} inverse={isWanted} underline={isWanted && isFound}>
					{part}
				</Text>
			))}
		</Text>
	);
}

type Part = {readonly part: string; readonly at: number; readonly isWanted: boolean};

/** The text in parts, apart from each other where what is looked for begins or ends. */
function splitAt(text: string, query: string): readonly Part[] {
	if (query === '') {
		return [{part: text, at: 0, isWanted: false}];
	}

	const [parts, lower, wanted] = [[] as Part[], text.toLowerCase(), query.toLowerCase()];
	let begin = 0;
	for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, begin)) {
		parts.push({part: text.slice(begin, at), at: begin, isWanted: false});
		parts.push({part: text.slice(at, at + wanted.length), at, isWanted: true});
		begin = at + wanted.length;
	}

	return [...parts, {part: text.slice(begin), at: begin, isWanted: false}].filter(({part}) => part !== '');
}
