import asciichart from 'asciichart';

export type ChartOptions = {
	/** Columns of the whole chart; `plotColumns(width)` of them are for values. */
	readonly width: number;
	/** Rows, at least 2. */
	readonly height: number;
	/** The value of the top row; the bottom row is 0. */
	readonly top: number;
	/** Draw with `-|.'` instead of line characters. */
	readonly ascii?: boolean;
};

/** Characters of one kind: of a curve, by its number, or of the axis. */
export type ChartSpan = {readonly text: string; readonly curve?: number};

/** Columns for the labels and the axis. */
const axisColumns = 8;

const lineSymbols = ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'];
const asciiSymbols = ['+', '|', '-', '-', '-', "'", '.', '.', "'", '|'];

/** How many values, one a column, a chart of this width shows. */
export const plotColumns = (width: number) => Math.max(1, width - axisColumns);

/**
Draws curves over each other; null is a gap, and stays empty. Where there are several, the first lies on top and each ends
in its number, so that they can be told apart without colours.

@returns Exactly `height` lines of exactly `width` columns.
*/
export function renderChart(
	curves: ReadonlyArray<ReadonlyArray<number | null>>,
	{width, height, top, ascii = false}: ChartOptions,
): ChartSpan[][] {
	const columns = plotColumns(width);
	const symbols = ascii ? asciiSymbols : lineSymbols;
	const cells: ChartSpan[][] = Array.from({length: height}, () => new Array<ChartSpan>(columns).fill({text: ' '}));
	for (const curve of [...curves.keys()].reverse()) {
		const rows = (curves[curve] ?? []).slice(0, columns).map(value => toRow(value, top, height));
		for (const {start, values} of segments(rows)) {
			stamp(cells, start, drawSegment(values, height, symbols), curve);
		}

		const last = rows.findLastIndex(row => row !== null);
		const line = cells[height - 1 - Math.round(rows[last] ?? 0)];
		if (curves.length > 1 && last !== -1 && line) {
			line[last] = {text: (curve + 1).toString(36), curve};
		}
	}

	return cells.map((line, row) => mergeSpans([{text: axisLabel(row, height, top) + symbols[1]}, ...line]));
}

/** Where a value lies above the bottom row, in rows; between two rows as it comes. */
function toRow(value: number | null, top: number, height: number): number | null {
	return value === null ? null : Math.max(0, Math.min(1, value / top)) * (height - 1);
}

/** The stretches between gaps. asciichart knows no gaps: with one NaN or null among its values all of its scale is lost. */
function segments(values: ReadonlyArray<number | null>): Array<{start: number; values: number[]}> {
	const found: Array<{start: number; values: number[]}> = [];
	for (const [index, value] of values.entries()) {
		if (value === null) {
			continue;
		}

		if (index === 0 || values[index - 1] === null) {
			found.push({start: index, values: []});
		}

		found.at(-1)?.values.push(value);
	}

	return found;
}

/** One column for each value. asciichart draws what lies between two values, so the first one is given twice. */
function drawSegment(values: readonly number[], height: number, symbols: readonly string[]): string[] {
	const drawn = asciichart.plot([values[0] ?? 0, ...values], {
		min: 0,
		max: height - 1,
		height: height - 1,
		offset: 1,
		symbols,
		format: () => ' ',
	});
	return drawn.split('\n').map(line => line.slice(1));
}

function stamp(cells: ChartSpan[][], start: number, lines: readonly string[], curve: number) {
	for (const [row, line] of lines.entries()) {
		for (const [column, text] of [...line].entries()) {
			const cellLine = cells[row];
			if (text !== ' ' && cellLine && start + column < cellLine.length) {
				cellLine[start + column] = {text, curve};
			}
		}
	}
}

function axisLabel(row: number, height: number, top: number): string {
	const isMiddle = height >= 5 && height % 2 === 1 && row === (height - 1) / 2;
	const value = row === 0 ? top : row === height - 1 ? 0 : isMiddle ? top / 2 : undefined;
	const digits = value !== undefined && Number.isInteger(value) ? 0 : top < 1 ? 2 : 1;
	const label = value === undefined ? '' : value.toFixed(digits);
	return `${label.slice(0, axisColumns - 2).padStart(axisColumns - 2)} `;
}

function mergeSpans(cells: readonly ChartSpan[]): ChartSpan[] {
	const spans: ChartSpan[] = [];
	for (const cell of cells) {
		const before = spans.at(-1);
		if (before && before.curve === cell.curve) {
			spans[spans.length - 1] = {...before, text: before.text + cell.text};
		} else {
			spans.push(cell);
		}
	}

	return spans;
}
