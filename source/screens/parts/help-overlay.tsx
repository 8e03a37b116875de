import {Box, Text} from 'ink';
import {fit} from './fit.js';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';
import {useLook} from './look.js';
import type {Area} from './screen.js';

const keyWidth = 18;

/** Every key of the screen below, with the reason of those that cannot work now; in two columns where one is too short. */
export function HelpOverlay({keys, area}: {readonly keys: readonly KeyBinding[]; readonly area: Area}) {
	const {ellipsis} = useLook();
	const columns = keys.length > area.height ? 2 : 1;
	const perColumn = Math.ceil(keys.length / columns);
	const width = Math.floor((area.width - 1) / columns);
	const cell = (binding: KeyBinding) => {
		const reason = binding.disabledReason === undefined ? '' : ` (not now: ${binding.disabledReason})`;
		const names = fit(keysOf(binding).map(keyName).join(' '), keyWidth - 1, {ellipsis});
		return {names, text: fit(binding.label + reason, width - keyWidth - 1, {ellipsis})};
	};
	return (
		<Box height={area.height} overflow="hidden">
			{[...Array(columns).keys()].map(column => (
				<Box key={column} flexDirection="column" width={width} overflow="hidden">
					{keys
						.slice(column * perColumn, (column + 1) * perColumn)
						.slice(0, area.height)
						.map(binding => {
							const {names, text} = cell(binding);
							return (
								<Text key={keysOf(binding).join(' ')} wrap="truncate">
									{' '}
									<Text bold>{names}</Text> <Text dimColor={binding.disabledReason !== undefined}>{text}</Text>
								</Text>
							);
						})}
				</Box>
			))}
		</Box>
	);
}
