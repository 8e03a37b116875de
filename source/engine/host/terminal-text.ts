import stringWidth from 'string-width';
import {shownName} from './byte-names.js';

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const ascii = /^[ -~]*$/;

/** One grapheme each: what the cursor passes at once. */
export function splitGraphemes(text: string): readonly string[] {
	return [...graphemes.segment(text)].map(({segment}) => segment);
}

/** One line, or several of ours: a line that text from outside begins in them is none. */
export type Lines = string | readonly string[];

/** What is written for a person: nothing of it acts on a terminal, whoever it is from. */
export const shownLines = (lines: Lines): string =>
	(typeof lines === 'string' ? [lines] : lines).map(line => shownName(line.replaceAll('\t', '    '))).join('\n');

/** An error of our own, with where it came from: its message may be of anybody, and is one line. */
export function faultLines(error: unknown): readonly string[] {
	const {name, message, stack = ''} = error instanceof Error ? error : new Error(String(error));
	const head = `${name}: ${message}`;
	return [head, ...(stack.startsWith(head) ? stack.slice(head.length).split('\n').slice(1) : [])];
}

/** JSON on one line, in which all that a terminal could obey stands as `\u009b`. */
export const shownJson = (value: unknown): string =>
	JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, character =>
		[...Array(character.length).keys()]
			.map(at => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
			.join(''),
	);

/**
The text in one line, without what terminals take different numbers of columns for: of an emoji in several parts each part
counts, invisible characters go, and flags are letters. Control characters never reach the terminal.
*/
export function plainText(text: string): string {
	if (ascii.test(text)) return text;
	return text
		.replaceAll('\t', '    ')
		.replace(/\p{Default_Ignorable_Code_Point}|\u20E3/gu, '')
		.replace(/(?<=\p{Emoji_Modifier_Base})\p{Emoji_Modifier}/gu, '')
		.replace(/\p{Regional_Indicator}/gu, flag => String.fromCodePoint((flag.codePointAt(0) ?? 0) - 0x1_f1_e6 + 0x41))
		.replace(/\p{Cs}/gu, '\uFFFD')
		.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

/**
How many columns of a terminal the text takes. Emoji in several parts are counted as new terminals draw them; of anything
else all parts are counted, as most terminals do, also where they belong together as letters do in Indic scripts.
*/
export function textWidth(text: string): number {
	if (ascii.test(text)) return text.length;
	let sum = 0;
	for (const {segment} of graphemes.segment(text)) {
		sum += graphemeWidth(segment);
	}

	return sum;
}

/** The beginning of a text that takes at most so many columns; of the rest nothing is looked at, for it may be long. */
export function beginningOf(text: string, columns: number): string {
	if (ascii.test(text)) return text.slice(0, Math.max(0, columns));
	let [length, used] = [0, 0];
	for (const {segment} of graphemes.segment(text)) {
		used += graphemeWidth(segment);
		if (used > columns) break;
		length += segment.length;
	}

	return text.slice(0, length);
}

function graphemeWidth(grapheme: string): number {
	if (/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u.test(grapheme)) return knownWidth(grapheme);
	let sum = 0;
	for (const character of grapheme) {
		sum += isLaterJamo.test(character) ? 0 : knownWidth(character);
	}

	return sum;
}

const widths = new Map<string, number>();
const mostWidths = 4096;

/** Each is measured once: what an instance writes may be long, and to measure a character takes as long as to draw a line. */
function knownWidth(part: string): number {
	const known = widths.get(part);
	if (known !== undefined) return known;
	const width = stringWidth(part);
	if (widths.size === mostWidths) widths.clear();
	if (part.length <= longestKept) widths.set(part, width);
	return width;
}

const longestKept = 32;

/** Vowels and final consonants of a Korean syllable stand in the square of its first consonant. */
const isLaterJamo = /^[\u1160-\u11FF\uD7B0-\uD7FF]$/u;

/** The text, filled up with spaces to so many columns. */
export function padText(text: string, width: number): string {
	return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
