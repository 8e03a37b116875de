import {Box, useWindowSize} from 'ink';
import {hostKeyName} from '../../engine/deployments/host-key/answer-host-keys.js';
import type {OpenHostKey} from '../../engine/deployments/host-key/open-host-keys.js';
import {useSelection} from '../hooks/use-selection.js';
import {wrapLines} from './fit.js';
import type {KeyBinding} from './key-binding.js';
import {Screen} from './screen.js';
import {type Column, Table} from './table.js';
import {Text} from './text.js';

const columns: readonly Column<OpenHostKey>[] = [
	{title: 'Node', cut: 'start', text: ({node}) => node},
	// Whole, at 80 columns too: it is to be compared.
	{title: 'It shows', width: 50, text: ({fingerprint}) => fingerprint},
];

const advice =
	'No console tells which is right. Accept only what you know from elsewhere: whoever answers in the place of an instance shows a key too.';

/** Host keys that nobody but the user knows, each with its whole fingerprint; only its answers work. */
export function HostKeyQuestion({
	title,
	open,
	later,
	accept,
	refuse,
	leave,
}: {
	/** Of the deployment. */
	readonly title: string;
	/** At least one. */
	readonly open: readonly OpenHostKey[];
	/** How many have come since the question was put. */
	readonly later: number;
	readonly accept: (keys: readonly OpenHostKey[]) => void | Promise<void>;
	readonly refuse: (keys: readonly OpenHostKey[]) => void;
	readonly leave: () => void;
}) {
	const {columns: width} = useWindowSize();
	const {index, selected = open[0], keys: moves} = useSelection(`host keys ${title}`, open, hostKeyName);
	const isOne = open.length === 1;
	const one = (run: (keys: readonly OpenHostKey[]) => void | Promise<void>) => () => selected && run([selected]);
	const keys: readonly KeyBinding[] = [
		{key: 'y', label: 'Accept it', run: one(accept)},
		...(isOne ? [] : [{key: 'a', label: `Accept all ${open.length}`, run: () => accept(open)}]),
		{key: 'x', label: 'Refuse it', run: one(refuse)},
		...(isOne ? [] : [{key: 'X', label: 'Refuse all', run: () => refuse(open)}]),
		{key: ['n', 'escape', 'ctrl+c'], label: 'Not yet', run: leave},
		...(isOne ? [] : moves.map((move, at) => ({...move, isMinor: at > 0}))),
	];
	const question = isOne
		? `Is this the host key of ${selected?.node}?`
		: `Are these the host keys of these ${open.length} instances?`;
	const more = later === 0 ? [] : [`${later} more wait since; they are asked about next.`];
	const words = [...wrapLines(advice, width - 2), ...more];
	const footer = [`Instance ${selected?.instance}`, `Made for it: ${selected?.expected}`];
	return (
		<Screen heading={`Host keys of ${title}`} keys={keys} isModal>
			{area => (
				<Box flexDirection="column" height={area.height} overflow="hidden">
					<Text bold wrap="truncate">{` ${question}`}</Text>
					{words.map(line => (
						<Text key={line} wrap="truncate">{` ${line}`}</Text>
					))}
					<Text> </Text>
					<Table
						columns={columns}
						rows={open}
						selected={index}
						keyOf={hostKeyName}
						area={{width: area.width, height: area.height - words.length - footer.length - 3}}
					/>
					<Text> </Text>
					{footer.map(line => (
						<Text key={line} wrap="truncate">{` ${line}`}</Text>
					))}
				</Box>
			)}
		</Screen>
	);
}
