import {useState} from 'react';
import {splitGraphemes} from '../../engine/host/terminal-text.js';
import type {KeyBinding} from '../parts/key-binding.js';
import {useRoute} from './use-route.js';

export type Filter = {
	/** What the shown rows have in them; empty when all are shown. */
	readonly text: string;
	readonly isTyping: boolean;
	readonly keys: readonly KeyBinding[];
	/** Set while the text is typed. */
	readonly onText: ((text: string) => void) | undefined;
};

/** Which rows of a list are shown, by a text typed after `/`. It is remembered under `name` while other screens are shown. */
export function useFilter(name: string): Filter {
	const {memory} = useRoute();
	const memoryKey = `filter ${name}`;
	const [state, setState] = useState(() => ({
		text: (memory.get(memoryKey) as string | undefined) ?? '',
		isTyping: false,
	}));
	const change = (text: string, isTyping: boolean) => {
		memory.set(memoryKey, text);
		setState({text, isTyping});
	};
	const {text, isTyping} = state;
	const typingKeys: readonly KeyBinding[] = [
		{key: 'enter', label: 'Keep the filter', run: () => change(text, false)},
		{key: ['escape', 'ctrl+c'], label: 'Show all', run: () => change('', false)},
		{
			key: 'backspace',
			label: 'Erase',
			isMinor: true,
			run: () => change(splitGraphemes(text).slice(0, -1).join(''), true),
		},
	];
	const showAll: KeyBinding = {key: 'escape', label: 'Show all', run: () => change('', false)};
	return {
		text,
		isTyping,
		keys: isTyping
			? typingKeys
			: [{key: '/', label: 'Filter', run: () => change(text, true)}, ...(text === '' ? [] : [showAll])],
		onText: isTyping ? typed => change(text + typed.replace(/\p{Cc}+/gu, ' '), true) : undefined,
	};
}

/** Whether a row's cells have every word of the filter in them, in any order and case. */
export function fitsFilter(cells: readonly string[], filter: string): boolean {
	const all = cells.join(' ').toLowerCase();
	return filter
		.toLowerCase()
		.split(/\s+/)
		.every(word => all.includes(word));
}
