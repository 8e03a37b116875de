import type {Filter} from '../hooks/use-filter.js';
import {cutStart} from './fit.js';
import {useLook} from './look.js';
import {Text} from './text.js';

/** The filter of a list, being typed or kept, and how many rows have it. */
export function FilterLine({
	filter: {text, isTyping},
	shown,
	all,
	width,
}: {
	readonly filter: Filter;
	readonly shown: number;
	readonly all: number;
	readonly width: number;
}) {
	const {hasColor, cursor, ellipsis} = useLook();
	const count = `  ${shown} of ${all}`;
	const typed = cutStart(text, width - count.length - 4, ellipsis);
	return (
		<Text wrap="truncate">
			<Text bold={isTyping}>{` /${typed}`}</Text>
			{isTyping && (hasColor ? <Text inverse> </Text> : cursor)}
			<Text dimColor>{count}</Text>
		</Text>
	);
}
