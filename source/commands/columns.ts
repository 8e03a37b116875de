import {shownName} from '../engine/host/byte-names.js';
import {padText, textWidth} from '../engine/host/terminal-text.js';

/** Rows of text under each other, each column as wide as its widest cell (the first at most `mostFirst`). */
export function columns(rows: ReadonlyArray<readonly string[]>, mostFirst = 60): readonly string[] {
	const widths: number[] = [];
	for (const row of rows) {
		row.forEach((cell, index) => {
			const width = textWidth(shownName(cell));
			widths[index] = Math.max(widths[index] ?? 0, width <= mostFirst || index > 0 ? width : 0);
		});
	}

	return rows
		.map(row =>
			row
				.map(shownName)
				.map((cell, index) => (index === row.length - 1 ? cell : padText(cell, widths[index] ?? 0)))
				.join('  '),
		)
		.map(line => line.trimEnd());
}

/** A time as tables show it; what is none is shown as it is. */
export function localTime(iso: string): string {
	const date = new Date(iso);
	return Number.isNaN(date.getTime()) ? iso : date.toLocaleString('sv-SE');
}
