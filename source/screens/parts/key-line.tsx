import {Text} from 'ink';
import stringWidth from 'string-width';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';

/** As many of the keys as fit on one line, the way out and the help always; dimmed are those that cannot work now. */
export function KeyLine({keys, columns}: {readonly keys: readonly KeyBinding[]; readonly columns: number}) {
	const shown = fittingKeys(
		keys.filter(({isMinor}) => !isMinor),
		columns - 1,
	);
	return (
		<Text wrap="truncate">
			{shown.map((binding, index) => (
				<Text key={hintOf(binding)} dimColor={binding.disabledReason !== undefined}>
					{index === 0 ? ' ' : '  '}
					<Text bold={binding.disabledReason === undefined}>{keyName(keysOf(binding)[0] ?? '')}</Text> {binding.label}
				</Text>
			))}
		</Text>
	);
}

function fittingKeys(keys: readonly KeyBinding[], width: number): readonly KeyBinding[] {
	const isNeeded = (binding: KeyBinding) => keysOf(binding).some(key => key === '?' || key === 'q' || key === 'escape');
	const room = (bindings: readonly KeyBinding[]) =>
		bindings.reduce((sum, binding) => sum + stringWidth(hintOf(binding)) + 2, 0);
	const needed = keys.filter(isNeeded);
	const others = keys.filter(binding => !isNeeded(binding));
	const works = ({disabledReason}: KeyBinding) => disabledReason === undefined;
	let left = width - room(needed);
	// Those that work now have the first claim to the room; the order stays.
	const fitting = new Set(
		[...others.filter(works), ...others.filter(binding => !works(binding))].filter(binding => {
			left -= room([binding]);
			return left >= 0;
		}),
	);
	return [...others.filter(binding => fitting.has(binding)), ...needed];
}

function hintOf(binding: KeyBinding): string {
	return `${keyName(keysOf(binding)[0] ?? '')} ${binding.label}`;
}
