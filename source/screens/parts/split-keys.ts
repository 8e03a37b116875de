import type {Key} from 'ink';
import {splitGraphemes} from '../../engine/host/terminal-text.js';

const controlKeys: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	'\u007F': 'backspace',
	'\b': 'backspace',
	'\u001B': 'escape',
};

/**
Names every key of one packet in order. Over a slow link several keys arrive together (`jjj`, `y` and Enter), and Ink hands
them on as one input.
*/
export function splitKeys(input: string, key: Partial<Key>): readonly string[] {
	const named = nameOf(key);
	const keys = named === undefined ? splitText(input, key.ctrl === true) : [named];
	// Alt is Escape sent before the key; we use no Alt keys, so it was an Escape typed just before.
	return key.meta === true && named !== 'escape' ? ['escape', ...keys] : keys;
}

function nameOf(key: Partial<Key>): string | undefined {
	if (key.upArrow) return 'up';
	if (key.downArrow) return 'down';
	if (key.leftArrow) return 'left';
	if (key.rightArrow) return 'right';
	if (key.pageUp) return 'pageup';
	if (key.pageDown) return 'pagedown';
	if (key.home) return 'home';
	if (key.end) return 'end';
	if (key.return) return 'enter';
	if (key.escape) return 'escape';
	if (key.tab) return key.shift ? 'shift+tab' : 'tab';
	if (key.backspace) return 'backspace';
	if (key.delete) return 'delete';
	return undefined;
}

function splitText(input: string, isControl: boolean): readonly string[] {
	if (isControl) {
		return input === '' ? [] : [`ctrl+${input}`];
	}

	return splitGraphemes(input.replaceAll('\r\n', '\r')).flatMap(segment => {
		const named = controlKeys[segment];
		if (named !== undefined) {
			return [named];
		}

		const code = segment.charCodeAt(0);
		if (code === 0) {
			return [];
		}

		return code < 0x20 ? [`ctrl+${String.fromCharCode(code + 0x60)}`] : [segment];
	});
}
