import type {XportTable} from './parse-xport.js';

/** After this time collectd has written what it has: heartbeat and cache together. */
const settleSeconds = 60;

/**
Drops the rows at the end that are not final: collectd keeps values back for some seconds and writes each file at its own
time, so a young row with a null in it may still be filled, and is fetched again. An old one is a gap. Once collectd has
ended nothing is filled any more, and every row with a value stays.
*/
export function settledRows(
	table: XportTable,
	/** `nowSeconds` is the instance's own time at the export. */
	{nowSeconds, hasEnded}: {readonly nowSeconds: number; readonly hasEnded: boolean},
): XportTable {
	const last = table.rows.findLastIndex(({timeSeconds, values}) =>
		hasEnded
			? values.some(value => value !== null)
			: timeSeconds <= nowSeconds - settleSeconds || !values.includes(null),
	);
	return {...table, rows: table.rows.slice(0, last + 1)};
}
