import {Text} from 'ink';
import stringWidth from 'string-width';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';

/** As many of the keys as fit on one line; those that cannot work now are dimmed, and say why when pressed. */
export function KeyLine({keys, columns}: {readonly keys: readonly KeyBinding[]; readonly columns: number}) {
	const hints = keys.filter(({isMinor}) => !isMinor).map(binding => ({binding, text: hintOf(binding)}));
	const shown = hints.slice(
		0,
		countFitting(
			hints.map(({text}) => text),
			columns - 1,
		),
	);
	return (
		<Text wrap="truncate">
			{shown.map(({binding, text}, index) => (
				<Text key={text} dimColor={binding.disabledReason !== undefined}>
					{index === 0 ? ' ' : '  '}
					<Text bold={binding.disabledReason === undefined}>{keyName(keysOf(binding)[0] ?? '')}</Text> {binding.label}
				</Text>
			))}
		</Text>
	);
}

function hintOf(binding: KeyBinding): string {
	return `${keyName(keysOf(binding)[0] ?? '')} ${binding.label}`;
}

function countFitting(texts: readonly string[], width: number): number {
	let used = 0;
	return texts.filter(text => {
		used += stringWidth(text) + 2;
		return used <= width + 2;
	}).length;
}
