import {Box} from 'ink';
import {fit, wrapLines} from './fit.js';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';
import {useLook} from './look.js';
import type {Area} from './screen.js';
import {Text} from './text.js';

const keyWidth = 18;

type HelpLine = {readonly key: string; readonly names: string; readonly text: string; readonly isOff: boolean};

/** Every key of the screen below, with the reason of those that cannot work now; in two columns where one is too short. */
export function HelpOverlay({keys, area}: {readonly keys: readonly KeyBinding[]; readonly area: Area}) {
	const {ellipsis} = useLook();
	const columns = keys.length > area.height ? 2 : 1;
	const width = Math.floor((area.width - 1) / columns);
	const lines = helpLines(keys, width - keyWidth - 1, columns * area.height - keys.length);
	const perColumn = columnEnd(lines, Math.ceil(lines.length / columns), area.height);
	return (
		<Box height={area.height} overflow="hidden">
			{[...Array(columns).keys()].map(column => (
				<Box key={column} flexDirection="column" width={width} overflow="hidden">
					{lines
						.slice(column * perColumn, column + 1 < columns ? perColumn : undefined)
						.map(({key, names, text, isOff}) => (
							<Text key={key} wrap="truncate">
								{' '}
								<Text bold>{fit(names, keyWidth - 1, {ellipsis})}</Text>{' '}
								<Text dimColor={isOff}>{fit(text, width - keyWidth - 1, {ellipsis})}</Text>
							</Text>
						))}
				</Box>
			))}
		</Box>
	);
}

/** Where a column may end: not between the lines of one key, if there is room. */
function columnEnd(lines: readonly HelpLine[], least: number, most: number): number {
	const isEnd = ({names}: HelpLine, index: number) => names !== '' && index <= most && lines.length - index <= most;
	const later = lines.findIndex((line, index) => index >= least && isEnd(line, index));
	const earlier = lines.findLastIndex((line, index) => index < least && isEnd(line, index));
	return later === -1 ? (earlier === -1 ? least : earlier) : later;
}

/** A line for each key, and `spare` more for those whose reason has no room on one. */
function helpLines(keys: readonly KeyBinding[], width: number, spare: number): readonly HelpLine[] {
	let left = spare;
	return keys.flatMap(binding => {
		const names = keysOf(binding).map(keyName).join(' ');
		const isOff = binding.disabledReason !== undefined;
		const text = binding.label + (isOff ? ` (not now: ${binding.disabledReason})` : '');
		const wrapped = wrapLines(text, width);
		const shown = wrapped.length - 1 <= left ? wrapped : [text];
		left -= shown.length - 1;
		return shown.map((line, row) => ({key: `${names} ${row}`, names: row === 0 ? names : '', text: line, isOff}));
	});
}
