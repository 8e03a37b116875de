import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The text in exactly `width` columns: cut with an ellipsis, or filled up with spaces. */
export function fit(text: string, width: number, {align = 'left', ellipsis = '…'}: FitOptions = {}): string {
	const cut = cutText(text, width, ellipsis);
	const padding = ' '.repeat(Math.max(0, width - stringWidth(cut)));
	return align === 'left' ? cut + padding : padding + cut;
}

export type FitOptions = {readonly align?: 'left' | 'right'; readonly ellipsis?: string};

/** At most `width` columns of the text on one line. Control characters of other programs' output never reach the terminal. */
export function cutText(text: string, width: number, ellipsis = '…'): string {
	const line = text.replaceAll('\t', '    ').replace(/\p{Cc}/gu, ' ');
	if (width <= 0) {
		return '';
	}

	if (stringWidth(line) <= width) {
		return line;
	}

	const room = width - stringWidth(ellipsis);
	let cut = '';
	let used = 0;
	for (const {segment} of graphemes.segment(line)) {
		used += stringWidth(segment);
		if (used > room) {
			break;
		}

		cut += segment;
	}

	return cut + ellipsis;
}

/** The end of the text, where its beginning does not fit: for paths, whose ends tell them apart. */
export function cutStart(text: string, width: number, ellipsis = '…'): string {
	const reversed = [...graphemes.segment(text)].map(({segment}) => segment).reverse();
	if (stringWidth(text) <= width) {
		return text;
	}

	let cut = '';
	let used = stringWidth(ellipsis);
	for (const segment of reversed) {
		used += stringWidth(segment);
		if (used > width) {
			break;
		}

		cut = segment + cut;
	}

	return ellipsis + cut;
}

/** Breaks text into lines of at most `width` columns, at spaces where there are some. */
export function wrapLines(text: string, width: number): readonly string[] {
	return text.split('\n').flatMap(line => wrapLine(line, width));
}

function wrapLine(line: string, width: number): readonly string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of line.split(' ')) {
		const longer = current === '' ? word : `${current} ${word}`;
		if (stringWidth(longer) <= width) {
			current = longer;
			continue;
		}

		if (current !== '') lines.push(current);
		current = word;
		while (stringWidth(current) > width) {
			const head = cutText(current, width, '');
			if (head === '') break;
			lines.push(head);
			current = current.slice(head.length);
		}
	}

	return [...lines, current];
}
