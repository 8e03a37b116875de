import {beginningOf, padText, plainText, splitGraphemes, textWidth} from '../../engine/host/terminal-text.js';

/** The text in exactly `width` columns: cut with an ellipsis, or filled up with spaces. */
export function fit(text: string, width: number, {align = 'left', ellipsis = '…'}: FitOptions = {}): string {
	const cut = cutText(text, width, ellipsis);
	return align === 'left' ? padText(cut, width) : ' '.repeat(Math.max(0, width - textWidth(cut))) + cut;
}

export type FitOptions = {readonly align?: 'left' | 'right'; readonly ellipsis?: string};

/** At most `width` columns of the text on one line. Control characters of other programs' output never reach the terminal. */
export function cutText(text: string, width: number, ellipsis = '…'): string {
	const line = plainText(text);
	if (width <= 0) {
		return '';
	}

	return beginningOf(line, width) === line ? line : beginningOf(line, width - textWidth(ellipsis)) + ellipsis;
}

/** The end of the text, where its beginning does not fit: for paths, whose ends tell them apart. */
export function cutStart(text: string, width: number, ellipsis = '…'): string {
	const line = plainText(text);
	if (textWidth(line) <= width) {
		return line;
	}

	let cut = '';
	let used = textWidth(ellipsis);
	for (const segment of splitGraphemes(line).toReversed()) {
		used += textWidth(segment);
		if (used > width) {
			break;
		}

		cut = segment + cut;
	}

	return ellipsis + cut;
}

/** Breaks text into lines of at most `width` columns, at spaces where there are some. */
export function wrapLines(text: string, width: number): readonly string[] {
	return text.split('\n').flatMap(line => wrapLine(plainText(line), width));
}

function wrapLine(line: string, width: number): readonly string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of line.split(' ')) {
		const longer = current === '' ? word : `${current} ${word}`;
		if (textWidth(longer) <= width) {
			current = longer;
			continue;
		}

		if (current !== '') lines.push(current);
		const pieces = piecesOf(word, width);
		lines.push(...pieces.slice(0, -1));
		current = pieces.at(-1) ?? '';
	}

	return [...lines, current];
}

/** A word in pieces that fit; a grapheme that is wider than a line, such as a row of Korean consonants, is taken apart, too. */
function piecesOf(word: string, width: number): readonly string[] {
	const pieces: string[] = [];
	let [piece, used] = ['', 0];
	for (const grapheme of splitGraphemes(word)) {
		for (const part of textWidth(grapheme) > width ? grapheme : [grapheme]) {
			const columns = textWidth(part);
			if (used + columns > width && piece !== '') {
				pieces.push(piece);
				[piece, used] = ['', 0];
			}

			piece += part;
			used += columns;
		}
	}

	return [...pieces, piece];
}
