import type {MetricSeries} from './series.js';

export type CurveSummary = {
	readonly last: number | null;
	readonly lowest: number;
	readonly highest: number;
	readonly average: number;
	/** How long nothing was measured between the first and the last point. */
	readonly gapSeconds: number;
};

/** A curve in figures, of all its points: averaging for the screen must not hide its peaks. Undefined when it has no point. */
export function summarizeCurve({
	values,
	stepSeconds,
}: Pick<MetricSeries, 'stepSeconds' | 'values'>): CurveSummary | undefined {
	let [count, sum, lowest, highest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const value of values) {
		if (value !== null) {
			count += 1;
			sum += value;
			lowest = Math.min(lowest, value);
			highest = Math.max(highest, value);
		}
	}

	if (count === 0) {
		return undefined;
	}

	const gaps = values.slice(values.findIndex(value => value !== null)).filter(value => value === null).length;
	return {last: values.at(-1) ?? null, lowest, highest, average: sum / count, gapSeconds: gaps * stepSeconds};
}

/** `13 %`, rounded up: what was never used is rather less than more. */
export const percentOf = (part: number, whole: number): string => `${Math.ceil((100 * part) / whole)} %`;
