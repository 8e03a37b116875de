import {Box, Text} from 'ink';
import {fit} from './fit.js';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';
import type {Area} from './screen.js';

/** Every key of the screen below, with the reason of those that cannot work now. */
export function HelpOverlay({keys, area}: {readonly keys: readonly KeyBinding[]; readonly area: Area}) {
	return (
		<Box flexDirection="column" height={area.height} overflow="hidden">
			{keys.slice(0, area.height).map(binding => (
				<Text key={keysOf(binding).join(' ')} wrap="truncate">
					{' '}
					<Text bold>{fit(keysOf(binding).map(keyName).join(' '), 18)}</Text> {binding.label}
					{binding.disabledReason !== undefined && <Text dimColor> (not now: {binding.disabledReason})</Text>}
				</Text>
			))}
		</Box>
	);
}
