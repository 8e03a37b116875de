import {splitGraphemes} from '../../engine/host/terminal-text.js';

/** A line being typed. The cursor counts graphemes, so that it never lands inside of one. */
export type TypedText = {readonly text: string; readonly cursor: number};

/** Control characters have no place in a field; the lines of a paste become one. */
export function insertText({text, cursor}: TypedText, typed: string): TypedText {
	const clean = typed.replace(/(?<![\r\n])[\r\n]+$/, '').replace(/\p{Cc}+/gu, ' ');
	const all = splitGraphemes(text);
	const before = all.slice(0, cursor).join('') + clean;
	return {text: before + all.slice(cursor).join(''), cursor: splitGraphemes(before).length};
}

/** What an editing key does to a line; undefined when it is no editing key. */
export function editText(typed: TypedText, key: string): TypedText | undefined {
	return edits[key]?.(splitGraphemes(typed.text), typed.cursor);
}

type Edit = (all: readonly string[], cursor: number) => TypedText;

const edits: Readonly<Record<string, Edit>> = {
	left: (all, cursor) => ({text: all.join(''), cursor: Math.max(0, cursor - 1)}),
	right: (all, cursor) => ({text: all.join(''), cursor: Math.min(all.length, cursor + 1)}),
	home: all => ({text: all.join(''), cursor: 0}),
	end: all => ({text: all.join(''), cursor: all.length}),
	backspace: (all, cursor) => removed(all, cursor - 1, cursor),
	delete: (all, cursor) => removed(all, cursor, cursor + 1),
	'ctrl+u': (all, cursor) => removed(all, 0, cursor),
	'ctrl+k': (all, cursor) => removed(all, cursor, all.length),
	'ctrl+w': (all, cursor) => removed(all, wordStart(all, cursor), cursor),
	'ctrl+a': all => ({text: all.join(''), cursor: 0}),
	'ctrl+e': all => ({text: all.join(''), cursor: all.length}),
};

export const editKeys: readonly string[] = Object.keys(edits);

function removed(all: readonly string[], from: number, to: number): TypedText {
	const start = Math.max(0, from);
	return {text: [...all.slice(0, start), ...all.slice(to)].join(''), cursor: start};
}

function wordStart(all: readonly string[], cursor: number): number {
	let at = cursor;
	while (at > 0 && all[at - 1] === ' ') at -= 1;
	while (at > 0 && all[at - 1] !== ' ' && all[at - 1] !== '/') at -= 1;
	return at === cursor ? Math.max(0, cursor - 1) : at;
}
