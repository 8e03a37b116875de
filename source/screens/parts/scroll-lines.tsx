import {Box, Text} from 'ink';
import {useState} from 'react';
import type {KeyBinding} from './key-binding.js';
import type {Area} from './screen.js';

/** A line of a text longer than the screen. */
export type ScrollLine = {readonly text: string; readonly color?: string | undefined; readonly isBold?: boolean};

/** Lines scrolled by keys. */
export function ScrollLines({
	lines,
	top,
	area,
}: {
	readonly lines: readonly ScrollLine[];
	readonly top: number;
	readonly area: Area;
}) {
	const start = Math.max(0, Math.min(top, lines.length - area.height));
	return (
		<Box flexDirection="column" height={area.height} overflow="hidden">
			{lines.slice(start, start + area.height).map((line, index) => (
				<Text
					// biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
					key={start + index}
					bold={line.isBold === true}
					wrap="truncate"
					{...(line.color === undefined ? {} : {color: line.color})}
				>
					{line.text === '' ? ' ' : line.text}
				</Text>
			))}
		</Box>
	);
}

/** How far a text of `count` lines is scrolled, and the keys that do it. `'end'` begins at its end. */
export function useScroll(count: number, from: 'start' | 'end' = 'start'): {top: number; keys: readonly KeyBinding[]} {
	const [top, setTop] = useState(from === 'start' ? 0 : Number.MAX_SAFE_INTEGER);
	// The height of the area is not known to keys; 18 lines are what the smallest terminal shows.
	const last = Math.max(0, count - 18);
	const go = (to: number) => setTop(Math.max(0, Math.min(last, to)));
	const now = Math.min(top, last);
	return {
		top,
		keys: [
			{key: ['down', 'j'], label: 'Scroll', isMinor: last === 0, run: () => go(now + 1)},
			{key: ['up', 'k'], label: 'Scroll back', isMinor: true, run: () => go(now - 1)},
			{key: ['pagedown', ' '], label: 'Page on', isMinor: true, run: () => go(now + 17)},
			{key: ['pageup'], label: 'Page back', isMinor: true, run: () => go(now - 17)},
			{key: ['home', 'g'], label: 'Start', isMinor: true, run: () => go(0)},
			{key: ['end', 'G'], label: 'End', isMinor: true, run: () => go(last)},
		],
	};
}
