/**
What a key does on a screen. One table of these handles the input, prints the key line and fills the `?` help, so they
cannot disagree.
*/
export type KeyBinding = {
	/** `enter`, `escape`, `up`, `ctrl+s`, or the character itself. Several keys may do the same; the first is shown. */
	readonly key: string | readonly string[];
	/** One or two words for the key line. */
	readonly label: string;
	/** Keys typed meanwhile wait for a returned promise, though not for long. */
	readonly run: (key: string) => void | Promise<void>;
	/** Why it cannot work now. The key then says so instead of doing anything. */
	readonly disabledReason?: string | undefined;
	/** Works and is in the help, but not worth a place in the key line. */
	readonly isMinor?: boolean;
	/** In the key line only where there is room left: it can be seen elsewhere on the screen too. */
	readonly isSpare?: boolean;
};

const shownNames: Readonly<Record<string, string>> = {
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	'shift+tab': 'Shift+Tab',
	up: 'Up',
	down: 'Down',
	left: 'Left',
	right: 'Right',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	backspace: 'Backspace',
	delete: 'Del',
	' ': 'Space',
};

/** As it is printed on keyboards. */
export function keyName(key: string): string {
	return shownNames[key] ?? (key.startsWith('ctrl+') ? `Ctrl+${key.slice(5).toUpperCase()}` : key);
}

export function keysOf(binding: KeyBinding): readonly string[] {
	return typeof binding.key === 'string' ? [binding.key] : binding.key;
}
