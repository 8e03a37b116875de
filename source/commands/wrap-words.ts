import {shownLines, textWidth} from '../engine/host/terminal-text.js';

/** Terminals are at least this wide. */
export const helpWidth = 80;

/** Lines of at most `width` characters, broken at spaces; a word that is longer has a line of its own. */
export function wrapWords(text: string, width = helpWidth): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const line = lines.at(-1);
		if (line === undefined || textWidth(line) + 1 + textWidth(word) > width) {
			lines.push(word);
		} else {
			lines[lines.length - 1] = `${line} ${word}`;
		}
	}

	return lines;
}

/** On a terminal, in lines that it does not break within words. */
export const sentence = (text: string, {columns}: {readonly columns?: number}): readonly string[] =>
	columns === undefined ? [text] : wrapWords(shownLines(text), columns);

/** A command to be copied: a shell reads its lines as one. */
export function wrapExample(example: string, indent = '  '): string {
	const lines: string[] = [];
	for (const part of example.match(/(?<!\S)(?:--\S+ (?=[^-]))?(?:'[^']{0,500}'|"[^"]{0,500}"|\S)+/g) ?? []) {
		const line = lines.at(-1);
		if (line === undefined) {
			lines.push(indent + part);
		} else if (line.length + 1 + part.length + 2 > helpWidth) {
			lines[lines.length - 1] = `${line} \\`;
			lines.push(`${indent}    ${part}`);
		} else {
			lines[lines.length - 1] = `${line} ${part}`;
		}
	}

	return lines.join('\n');
}

/** What is explained, and its explanation beside it, or below where there is no room. */
export function explained(rows: ReadonlyArray<readonly [string, string]>, mostFirst = 30): string {
	const first = Math.max(...rows.map(([name]) => name.length).filter(length => length <= mostFirst), 0) + 2;
	return rows
		.flatMap(([name, text]) => {
			const [head = '', ...rest] = wrapWords(text, helpWidth - first);
			const below = rest.map(line => ' '.repeat(first) + line);
			return name.length <= mostFirst
				? [name.padEnd(first) + head, ...below]
				: [name, ' '.repeat(first) + head, ...below];
		})
		.map(line => line.trimEnd())
		.join('\n');
}
