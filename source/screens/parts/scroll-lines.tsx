import {Box} from 'ink';
import {type RefObject, useRef, useState} from 'react';
import {plainText} from '../../engine/host/terminal-text.js';
import type {KeyBinding} from './key-binding.js';
import {type Area, leastRows} from './screen.js';
import {Text} from './text.js';

/** A line of a text longer than the screen. */
export type ScrollLine = {readonly text: string; readonly color?: string | undefined; readonly isBold?: boolean};

/** How far a text is scrolled. */
export type Scroll = {
	readonly top: number;
	/** Set by `<ScrollLines>`: how many lines it has room for. */
	readonly height: RefObject<number>;
	readonly keys: readonly KeyBinding[];
};

/** Lines scrolled by keys. */
export function ScrollLines({
	lines,
	scroll: {top, height},
	area,
}: {
	readonly lines: readonly ScrollLine[];
	readonly scroll: Scroll;
	readonly area: Area;
}) {
	// The keys move by what is on the screen, so they have to know it; nothing is drawn from it.
	height.current = area.height;
	const start = Math.max(0, Math.min(top, lines.length - area.height));
	return (
		<Box flexDirection="column" height={area.height} overflow="hidden">
			{[...lines.slice(start, start + area.height).entries()].map(([row, line]) => (
				<Text
					key={start + row}
					bold={line.isBold === true}
					wrap="truncate"
					{...(line.color === undefined ? {} : {color: line.color})}
				>
					{plainText(line.text) || ' '}
				</Text>
			))}
		</Box>
	);
}

/**
The scrolling of a text of `count` lines, and the keys that do it. `'end'` begins at its end.

@param room How many lines are in sight, as far as that is known before the first drawing.
*/
export function useScroll(count: number, from: 'start' | 'end' = 'start', room = leastRows - 4): Scroll {
	const [top, setTop] = useState(from === 'start' ? 0 : Number.MAX_SAFE_INTEGER);
	const height = useRef(room);
	const last = () => Math.max(0, count - height.current);
	const go = (to: number) => setTop(Math.max(0, Math.min(last(), to)));
	const move = (by: number) => go(Math.min(top, last()) + by);
	const page = () => Math.max(1, height.current - 1);
	return {
		top,
		height,
		keys: [
			{key: ['down', 'j'], label: 'Scroll', isMinor: last() === 0, run: () => move(1)},
			{key: ['up', 'k'], label: 'Scroll back', isMinor: true, run: () => move(-1)},
			{key: ['pagedown', ' '], label: 'Page on', isMinor: true, run: () => move(page())},
			{key: ['pageup', 'b'], label: 'Page back', isMinor: true, run: () => move(-page())},
			{key: ['home', 'g'], label: 'Start', isMinor: true, run: () => go(0)},
			{key: ['end', 'G'], label: 'End', isMinor: true, run: () => go(last())},
		],
	};
}
