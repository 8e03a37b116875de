import {Box, useWindowSize} from 'ink';
import {type ReactNode, useState} from 'react';
import {useNotice} from '../hooks/use-notice.js';
import {useRoute} from '../hooks/use-route.js';
import {tabOf} from '../route.js';
import {ErrorPanel, errorLines} from './error-panel.js';
import {cutText, wrapLines} from './fit.js';
import {useGlobalKeys} from './global-keys.js';
import {Header} from './header.js';
import {HelpOverlay} from './help-overlay.js';
import {type KeyBinding, keyName, keysOf} from './key-binding.js';
import {useKeyLayer} from './key-dispatcher.js';
import {KeyLine} from './key-line.js';
import {hintOf, layOutKeys} from './lay-out-keys.js';
import {useLook} from './look.js';
import {Text} from './text.js';

export const leastColumns = 80;
export const leastRows = 24;

/** Rows and columns a screen may fill; it never draws more. */
export type Area = {readonly width: number; readonly height: number};

export type ScreenProps = {
	readonly heading: string;
	readonly keys: readonly KeyBinding[];
	/** Set where the user types: characters are then text and not keys of the program. */
	readonly onText?: ((text: string) => void) | undefined;
	/** Set while a question is to be answered: no key leads away from it. */
	readonly isModal?: boolean;
	readonly children: (area: Area) => ReactNode;
};

/** Every screen: tabs, heading, a body of exact height, a message, and the keys. */
export function Screen({heading, keys, onText, isModal = false, children}: ScreenProps) {
	const {columns, rows} = useWindowSize();
	const {notice, doing, say, fail, clear} = useNotice();
	const {route} = useRoute();
	const look = useLook();
	const [isHelping, setIsHelping] = useState(false);
	const {keys: globalKeys, status, quit, terminal} = useGlobalKeys();
	const isTyping = onText !== undefined || isModal;
	const isTooSmall = columns < leastColumns || rows < leastRows;

	const close: KeyBinding = {key: 'escape', label: 'Close message', run: () => clear({all: true})};
	const help: KeyBinding = {key: '?', label: 'Help', run: () => setIsHelping(true)};
	const table = reachable([
		...(notice?.kind === 'failed' ? [close] : []),
		...keys,
		...(isTyping ? [] : [help, ...globalKeys]),
		...(onText === undefined ? [] : [{...help, key: typingHelpKey, isSpare: true}]),
		...terminal,
	]);
	const helpKeys: readonly KeyBinding[] = [
		{key: ['escape', '?', 'enter', 'q', 'ctrl+c', typingHelpKey], label: 'Close help', run: () => setIsHelping(false)},
	];
	const active = isTooSmall ? [quit, ...terminal] : isHelping ? helpKeys : table;
	useKeyLayer({
		bindings: active,
		onText: isTooSmall || isHelping ? undefined : onText,
		onKey(_key, reason) {
			if (reason === undefined) clear();
			else say(reason, 'warning');
		},
		onUnknown: key => say(`${keyName(key)} does nothing here; ${whatDoes({isHelping, isTyping, isModal})}`),
		onError: fail,
	});

	if (isTooSmall) {
		return <TooSmall columns={columns} rows={rows} />;
	}

	const width = columns;
	const errors = notice?.kind === 'failed' ? errorLines(notice.error, width - 3) : [];
	const keyLines = layOutKeys(active, columns - 1);
	const said = notice?.kind === 'said' ? notice : undefined;
	const words = saidLines(said?.text ?? doing ?? '', width - 2, look.ellipsis);
	const height = rows - 2 - words.length - keyLines.length - errors.length;
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			<Header tab={tabOf(route)} heading={isHelping ? `${heading}: keys` : heading} status={status} columns={columns} />
			<Box flexDirection="column" width={width} height={height} overflow="hidden" flexShrink={0}>
				{isHelping ? <HelpOverlay keys={table} area={{width, height}} /> : children({width, height})}
			</Box>
			{errors.length > 0 && <ErrorPanel lines={errors} width={width} />}
			<Box flexDirection="column" height={words.length} flexShrink={0}>
				{words.map(line => (
					<Text key={line} wrap="truncate" {...(said?.tone === 'warning' ? {color: 'yellow'} : {})}>
						{` ${line}`}
					</Text>
				))}
			</Box>
			<Box flexDirection="column" height={keyLines.length} flexShrink={0}>
				{keyLines.map(line => (
					<KeyLine key={line.map(hintOf).join()} keys={line} />
				))}
			</Box>
		</Box>
	);
}

/** Where `?` is a character like others. */
const typingHelpKey = 'ctrl+g';

/** Where to look for the keys that do something. */
function whatDoes({isHelping, isTyping, isModal}: {isHelping: boolean; isTyping: boolean; isModal: boolean}): string {
	if (isHelping) return 'Esc closes the help.';
	if (isModal) return 'answer with one of the keys below.';
	return `${isTyping ? 'Ctrl+G' : '?'} shows the keys.`;
}

const mostWords = 4;

/** A message whole, on as many lines as it takes; an empty one keeps its line. */
function saidLines(text: string, width: number, ellipsis: string): readonly string[] {
	const lines = wrapLines(text.replaceAll('\n', ' '), width);
	return lines.length <= mostWords
		? lines
		: [...lines.slice(0, mostWords - 1), cutText(lines.slice(mostWords - 1).join(' '), width, ellipsis)];
}

/** Without the keys that an earlier binding takes already, so that key line and help promise nothing that does not happen. */
function reachable(bindings: readonly KeyBinding[]): readonly KeyBinding[] {
	const taken = new Set<string>();
	return bindings.flatMap(binding => {
		const free = keysOf(binding).filter(key => !taken.has(key));
		for (const key of free) taken.add(key);
		return free.length === 0 ? [] : [{...binding, key: free}];
	});
}

function TooSmall({columns, rows}: {readonly columns: number; readonly rows: number}) {
	const lines = [
		`D2CM needs at least ${leastColumns}x${leastRows}.`,
		`This terminal is ${columns}x${rows}.`,
		'Make it larger; nothing is lost.',
	].flatMap(line => wrapLines(line, columns));
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			{lines.slice(0, rows).map(line => (
				<Text key={line} wrap="truncate">
					{line}
				</Text>
			))}
		</Box>
	);
}
