import {useState} from 'react';
import type {KeyBinding} from '../parts/key-binding.js';
import {useRoute} from './use-route.js';

export type Selection<Row> = {
	readonly index: number;
	readonly selected: Row | undefined;
	readonly keys: readonly KeyBinding[];
};

/** Selects a row of a list before the list is shown: what was just added is what the next key is about. */
export function useChoose(): (name: string, key: string) => void {
	const {memory} = useRoute();
	return (name, key) => memory.set(name, {key, index: 0});
}

/**
Which row of a list is selected. It stays on its row when rows come and go, goes to a neighbour when its row goes, and is
remembered under `name` while other screens are shown.
*/
export function useSelection<Row>(name: string, rows: readonly Row[], keyOf: (row: Row) => string): Selection<Row> {
	const {memory} = useRoute();
	const [chosen, setChosen] = useState(() => (memory.get(name) ?? {key: '', index: 0}) as {key: string; index: number});
	const found = rows.findIndex(row => keyOf(row) === chosen.key);
	const index = found === -1 ? Math.min(chosen.index, rows.length - 1) : found;
	const select = (to: number) => {
		const next = Math.max(0, Math.min(rows.length - 1, to));
		const row = rows[next];
		const choice = {key: row === undefined ? '' : keyOf(row), index: next};
		memory.set(name, choice);
		setChosen(choice);
	};

	const move = (key: readonly string[], label: string, to: () => number): KeyBinding => ({
		key,
		label,
		isMinor: true,
		run: () => select(to()),
	});
	return {
		index,
		selected: rows[index],
		keys: [
			move(['down', 'j'], 'Next row', () => index + 1),
			move(['up', 'k'], 'Previous row', () => index - 1),
			move(['pagedown'], 'Ten rows on', () => index + 10),
			move(['pageup'], 'Ten rows back', () => index - 10),
			move(['home', 'g'], 'First row', () => 0),
			move(['end', 'G'], 'Last row', () => rows.length - 1),
		],
	};
}
