import TextInput from 'ink-text-input';
import {plainText, splitGraphemes, textWidth} from '../../engine/host/terminal-text.js';
import type {TypedText} from './edit-text.js';
import {cutStart, cutText} from './fit.js';
import {useLook} from './look.js';
import {Text} from './text.js';

/** One line being typed, with its cursor always in sight; a secret as dots. */
export function TypedValue({
	typed,
	width,
	isFocused,
	isSecret,
	placeholder = '',
}: {
	readonly typed: TypedText;
	readonly width: number;
	readonly isFocused: boolean;
	readonly isSecret: boolean;
	readonly placeholder?: string;
}) {
	const look = useLook();
	const shown = splitGraphemes(typed.text).map(one => (isSecret ? '*' : plainText(one)));
	if (!isFocused) {
		const text = cutText(shown.join(''), width, look.ellipsis);
		return (
			<TextInput value={text} focus={false} placeholder={cutText(placeholder, width)} onChange={() => undefined} />
		);
	}

	if (typed.text === '' && placeholder !== '') {
		return (
			<Text wrap="truncate">
				{look.hasColor ? <Text inverse> </Text> : look.cursor}
				<Text dimColor>{cutText(placeholder, width - 1, look.ellipsis)}</Text>
			</Text>
		);
	}

	const before = cutStart(shown.slice(0, typed.cursor).join(''), Math.max(1, width - 2), look.ellipsis);
	const rest = shown.slice(typed.cursor);
	const [under = ' ', ...after] = rest;
	const room = width - textWidth(before) - (look.hasColor ? textWidth(under) : 1);
	return look.hasColor ? (
		<Text wrap="truncate">
			{before}
			<Text inverse>{under}</Text>
			{cutText(after.join(''), room, look.ellipsis)}
		</Text>
	) : (
		<Text wrap="truncate">
			{before}
			{look.cursor}
			{cutText(rest.join(''), room, look.ellipsis)}
		</Text>
	);
}
