import type {MetricSeries} from '../../../engine/monitoring/series.js';

/**
Brings a curve to a number of columns that share a range of time evenly: each is the average of what was measured in its
share, or null where nothing was.
*/
export function sampleCurve(
	{startSeconds, stepSeconds, values}: Pick<MetricSeries, 'startSeconds' | 'stepSeconds' | 'values'>,
	{from, to, columns}: {readonly from: number; readonly to: number; readonly columns: number},
): Array<number | null> {
	const columnSeconds = (to - from) / columns;
	return Array.from({length: columns}, (_, column) => {
		const begin = from + column * columnSeconds;
		const end = begin + columnSeconds;
		// Value i is the average from start + (i - 1) steps to start + i steps.
		const first = Math.max(0, Math.floor((begin - startSeconds) / stepSeconds) + 1);
		let [sum, seconds] = [0, 0];
		for (let index = first; index < values.length; index++) {
			const until = startSeconds + index * stepSeconds;
			const overlap = Math.min(end, until) - Math.max(begin, until - stepSeconds);
			if (overlap <= 1e-9) {
				break;
			}

			const value = values[index] ?? null;
			if (value !== null) {
				sum += value * overlap;
				seconds += overlap;
			}
		}

		return seconds === 0 ? null : sum / seconds;
	});
}
