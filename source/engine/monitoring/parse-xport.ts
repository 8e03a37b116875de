/** What `rrdtool xport --json --showtime` printed. */
export type XportTable = {
	readonly stepSeconds: number;
	/** Legends, without the time. */
	readonly columns: readonly string[];
	/** Ascending. A row is the average over the step that ends at its time, as `rrdtool fetch` has it. */
	readonly rows: readonly XportRow[];
};

export type XportRow = {
	/** Unix time. */
	readonly timeSeconds: number;
	/** null where rrdtool knows nothing. */
	readonly values: ReadonlyArray<number | null>;
};

/** Ours have steps of seconds and a dozen columns; a table is laid out in memory by what it says of itself. */
const longestStepSeconds = 86_400;
const mostColumns = 1000;

/**
Reads an export. The time in column 0 is a string; an unknown value is `null`, in some versions `NaN`, `nan` or `-nan`,
which is no JSON.

@throws {SyntaxError} When it is not a whole export.
@see https://oss.oetiker.ch/rrdtool/doc/rrdxport.en.html
*/
export function parseXport(text: string): XportTable {
	const json: unknown = JSON.parse(text.replaceAll(/([[,]\s*)[-+]?(?:nan|inf(?:inity)?)(?=\s*[,\]])/gi, '$1null'));
	const {meta, data} = asObject(json, 'document');
	const {step, legend} = asObject(meta, 'meta');
	if (typeof step !== 'number' || !Number.isInteger(step) || step < 1) {
		throw new SyntaxError('The step is not a positive number of seconds.');
	}

	if (step > longestStepSeconds) {
		throw new SyntaxError('The step is longer than a day.');
	}

	if (!Array.isArray(legend) || !legend.every(name => typeof name === 'string')) {
		throw new SyntaxError('The legend is not a list of names.');
	}

	if (legend.length > mostColumns) {
		throw new SyntaxError(`The legend has more than ${mostColumns} names.`);
	}

	if (!Array.isArray(data)) {
		throw new SyntaxError('There is no list of rows.');
	}

	const rows = data.map((row: unknown) => parseRow(row, legend.length));
	for (const [index, row] of rows.entries()) {
		const before = rows[index - 1];
		if (before && row.timeSeconds <= before.timeSeconds) {
			throw new SyntaxError(`Row ${index + 1} is not later than the one before.`);
		}
	}

	return {stepSeconds: step, columns: legend, rows};
}

function parseRow(row: unknown, width: number): XportRow {
	if (!Array.isArray(row) || row.length !== width + 1) {
		throw new SyntaxError('A row has not one value for each name of the legend.');
	}

	const [time, ...values] = row as unknown[];
	const timeSeconds = typeof time === 'number' || typeof time === 'string' ? Number(time) : Number.NaN;
	if (!Number.isSafeInteger(timeSeconds) || timeSeconds <= 0) {
		throw new SyntaxError('A row has no time.');
	}

	return {timeSeconds, values: values.map(value => (typeof value === 'number' ? value : null))};
}

function asObject(value: unknown, what: string): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new SyntaxError(`The ${what} is not an object.`);
	}

	return value as Record<string, unknown>;
}
