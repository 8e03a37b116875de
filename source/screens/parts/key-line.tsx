import {type KeyBinding, keyName, keysOf} from './key-binding.js';
import {hintOf} from './lay-out-keys.js';
import {Text} from './text.js';

/** One line of keys; dimmed are those that cannot work now. */
export function KeyLine({keys}: {readonly keys: readonly KeyBinding[]}) {
	return (
		<Text wrap="truncate">
			{keys.map((binding, index) => (
				<Text key={hintOf(binding)} dimColor={binding.disabledReason !== undefined}>
					{index === 0 ? ' ' : '  '}
					<Text bold={binding.disabledReason === undefined}>{keyName(keysOf(binding)[0] ?? '')}</Text> {binding.label}
				</Text>
			))}
		</Text>
	);
}
