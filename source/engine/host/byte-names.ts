import {isUtf8} from 'node:buffer';

/**
Names of files are bytes, which need not be UTF-8. In our strings such a byte is the lone surrogate U+DC00 + byte, as in Python:
joining, splitting, comparing and JSON keep it, and `bytesOf` gives the very bytes back.
*/
export function nameOf(bytes: Buffer): string {
	if (isUtf8(bytes)) {
		return bytes.toString('utf8');
	}

	let name = '';
	let sound = 0;
	for (let at = 0; at < bytes.length; ) {
		const length = lengthOfCharacter(bytes, at);
		if (length === 0) {
			name += bytes.toString('utf8', sound, at) + String.fromCharCode(escapeBase + (bytes[at] ?? 0));
			sound = ++at;
		} else {
			at += length;
		}
	}

	return name + bytes.toString('utf8', sound);
}

/** 0 where none begins. */
function lengthOfCharacter(bytes: Buffer, at: number): number {
	if ((bytes[at] ?? 0) < 0x80) {
		return 1;
	}

	return [2, 3, 4].find(count => at + count <= bytes.length && isUtf8(bytes.subarray(at, at + count))) ?? 0;
}

/** The bytes of a name, or of any text in which there are names. */
export function bytesOf(name: string): Buffer {
	if (name.isWellFormed()) {
		return Buffer.from(name);
	}

	const parts = name.split(/([\uD800-\uDFFF])/u).map(part => {
		const byte = part.length === 1 ? part.charCodeAt(0) - escapeBase : -1;
		return byte >= 0x80 && byte <= 0xff ? Buffer.from([byte]) : Buffer.from(part);
	});
	return Buffer.concat(parts);
}

/** A path as `node:fs` takes it: bytes only where it must be, for they cost. */
export function onDisk(path: string): string | Buffer {
	return path.isWellFormed() ? path : bytesOf(path);
}

/**
A text for people, in one line: what a terminal would obey, or show as nothing or elsewhere, is written as `\n`, `\xE9` or
`\u202E`. What joins signs of one emoji or of scripts that need it stays.
*/
export function shownName(name: string): string {
	return asciiLine.test(name) ? name : name.replace(unseen, escaped);
}

const asciiLine = /^[ -~]*$/;

/** Control characters, lone halves, other ends of lines, and whatever is invisible, as what turns the direction of text is. */
const unseen = new RegExp(
	[
		// Left as they are: joiners within an emoji, or within a word of a script that has no capitals; one choice of form.
		String.raw`(?:(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
		String.raw`(?<=[\p{Lo}\p{M}])[\u200C\u200D](?=[\p{Lo}\p{M}])`,
		String.raw`(?<=[\p{Extended_Pictographic}\d#*])[\uFE0E\uFE0F])`,
		String.raw`([\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}])`,
	].join('|'),
	'gu',
);

function escaped(character: string, isUnseen: string | undefined): string {
	if (isUnseen === undefined) {
		return character;
	}

	const code = character.codePointAt(0) ?? 0;
	const isByte = code <= 0xff || (code >= escapeBase && code <= escapeBase + 0xff);
	const hex = (isByte ? code & 0xff : code).toString(16).toUpperCase();
	return (
		shortEscapes[character] ??
		(isByte ? `\\x${hex.padStart(2, '0')}` : code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`)
	);
}

const escapeBase = 0xdc00;
const shortEscapes: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};
