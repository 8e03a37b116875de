import {Box, useWindowSize} from 'ink';
import {wrapLines} from './fit.js';
import type {KeyBinding} from './key-binding.js';
import {Screen} from './screen.js';
import {ScrollLines, useScroll} from './scroll-lines.js';
import {Text} from './text.js';

export type Answer = Pick<KeyBinding, 'key' | 'label' | 'run' | 'disabledReason'>;

/** Tabs, heading, message, keys, and the gaps around the question. */
const othersRows = 6;

/** A question before something that cannot be undone. Only its answers work, and scrolling where it says much. */
export function Confirm({
	heading,
	question,
	details = [],
	answers,
}: {
	readonly heading: string;
	readonly question: string;
	readonly details?: readonly string[];
	/** The last one is the harmless one; Escape gives it too. */
	readonly answers: readonly Answer[];
}) {
	const {columns, rows} = useWindowSize();
	const title = wrapLines(question, columns - 2);
	const lines = details.flatMap(detail => wrapLines(detail, columns - 2)).map(text => ({text: ` ${text}`}));
	const scroll = useScroll(lines.length, 'start', rows - othersRows - title.length);
	const harmless = answers.at(-1);
	const keys: readonly KeyBinding[] = answers.map(answer => ({
		...answer,
		key: answer === harmless ? [...[answer.key].flat(), 'escape', 'ctrl+c'] : answer.key,
	}));
	return (
		<Screen heading={heading} keys={[...keys, ...scroll.keys]} isModal>
			{({width, height}) => (
				<Box flexDirection="column" height={height} overflow="hidden">
					<Text> </Text>
					{title.map(line => (
						<Text key={line} bold wrap="truncate">{` ${line}`}</Text>
					))}
					<Text> </Text>
					<ScrollLines lines={lines} scroll={scroll} area={{width, height: height - title.length - 2}} />
				</Box>
			)}
		</Screen>
	);
}
