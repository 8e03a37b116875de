import {Box} from 'ink';
import {wrapLines} from './fit.js';
import type {Area} from './screen.js';
import {Text} from './text.js';

/** A list with nothing in it says what to do next. */
export function EmptyState({area, text, hint}: {readonly area: Area; readonly text: string; readonly hint: string}) {
	return (
		<Box flexDirection="column" paddingX={2} height={area.height} overflow="hidden">
			<Text> </Text>
			{wrapLines(text, area.width - 4).map(line => (
				<Text key={line} bold wrap="truncate">
					{line}
				</Text>
			))}
			<Text> </Text>
			{wrapLines(hint, area.width - 4).map(line => (
				<Text key={line} wrap="truncate">
					{line}
				</Text>
			))}
		</Box>
	);
}
