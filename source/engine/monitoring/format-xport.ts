import type {XportTable} from './parse-xport.js';

/** The document that rrdtool itself would have written for these rows. */
export function formatXport({stepSeconds, columns, rows}: XportTable): string {
	const meta = {
		start: rows[0]?.timeSeconds ?? 0,
		end: rows.at(-1)?.timeSeconds ?? 0,
		step: stepSeconds,
		legend: columns,
	};
	const lines = rows.map(({timeSeconds, values}) => JSON.stringify([String(timeSeconds), ...values]));
	return `{"about": "RRDtool graph JSON output",\n"meta": ${JSON.stringify(meta)},\n"data": [\n${lines.join(',\n')}\n]}\n`;
}
