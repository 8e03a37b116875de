import {Box, Text} from 'ink';
import {wrapLines} from './fit.js';
import type {KeyBinding} from './key-binding.js';
import {Screen} from './screen.js';

export type Answer = Pick<KeyBinding, 'key' | 'label' | 'run' | 'disabledReason'>;

/** A question before something that cannot be undone. Only its answers work. */
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
	const harmless = answers.at(-1);
	const keys: readonly KeyBinding[] = answers.map(answer => ({
		...answer,
		key: answer === harmless ? [...[answer.key].flat(), 'escape', 'ctrl+c'] : answer.key,
	}));
	return (
		<Screen heading={heading} keys={keys} isModal>
			{({width, height}) => (
				<Box flexDirection="column" paddingX={1} height={height} overflow="hidden">
					<Text> </Text>
					<Text bold>{wrapLines(question, width - 2).join('\n')}</Text>
					<Text> </Text>
					<Text>{details.flatMap(detail => wrapLines(detail, width - 2)).join('\n')}</Text>
				</Box>
			)}
		</Screen>
	);
}
