import type {Metric} from '../../../engine/monitoring/series.js';

/** How many rows each chart gets, caption included; the time axis and the remark below take `footerRows` of the height. */
export type ChartLayout = {
	readonly charts: ReadonlyArray<{readonly metric: Metric; readonly rows: number}>;
	readonly footerRows: number;
};

const metrics: readonly Metric[] = ['cpu', 'memory', 'load'];

/** A caption and two rows to draw in. */
const leastRows = 3;

/** One chart when one is asked for, else all three, or as many as fit, the selected one first. */
export function layoutCharts(height: number, only?: Metric): ChartLayout {
	const footerRows = Math.max(0, Math.min(2, height - leastRows));
	const rows = height - footerRows;
	const count = only ? 1 : Math.min(metrics.length, Math.floor(rows / leastRows));
	const shown = only ? [only] : metrics.slice(0, Math.max(1, count));
	const each = Math.floor(rows / shown.length);
	const extra = rows - each * shown.length;
	return {charts: shown.map((metric, index) => ({metric, rows: each + (index < extra ? 1 : 0)})), footerRows};
}
