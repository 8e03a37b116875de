import type {Metric, MetricSeries} from '../../../engine/monitoring/series.js';
import {percentOf, summarizeCurve} from '../../../engine/monitoring/summarize-curve.js';
import type {ChartSpan} from './render-chart.js';

const metricTitles: Readonly<Record<Metric, string>> = {cpu: 'CPU %', memory: 'Memory MiB', load: 'Load'};

const rounded = (metric: Metric, value: number | null) =>
	value === null ? '-' : value.toFixed(metric === 'load' ? 1 : 0);

/** A figure as the axis would have it: load with two digits, the others with one, large ones with none. */
function figure(metric: Metric, value: number | null): string {
	return value === null ? '-' : value.toFixed(metric === 'load' ? 2 : value >= 1000 ? 0 : 1);
}

/**
Says what a chart is about, with the figures of each curve: rounded where they would not fit, then without their range, then
without how much that is of all there is. A curve's part has its number.
*/
export function chartCaption(
	metric: Metric,
	curves: ReadonlyArray<MetricSeries | undefined>,
	width: number,
): ChartSpan[] {
	const captions = [
		{print: figure, hasRange: true, hasShare: true},
		{print: rounded, hasRange: true, hasShare: true},
		{print: rounded, hasRange: false, hasShare: true},
		{print: rounded, hasRange: false, hasShare: false},
	].map(shape => caption(metric, curves, shape));
	const fits = (spans: readonly ChartSpan[]) => spans.reduce((sum, {text}) => sum + text.length, 0) <= width;
	return captions.find(fits) ?? captions.at(-1) ?? [];
}

type Shape = {
	readonly print: (metric: Metric, value: number | null) => string;
	readonly hasRange: boolean;
	readonly hasShare: boolean;
};

function caption(
	metric: Metric,
	curves: ReadonlyArray<MetricSeries | undefined>,
	{print: printed, hasRange, hasShare}: Shape,
): ChartSpan[] {
	const print = (value: number | null) => printed(metric, value);
	const totals = new Set(curves.map(curve => curve?.total));
	const [total] = totals;
	// Of instances of different sizes each has its own.
	const spans: ChartSpan[] = [
		{
			text:
				totals.size === 1 && total !== undefined
					? `${metricTitles[metric]} of ${rounded(metric, total)}`
					: metricTitles[metric],
		},
	];
	for (const [curve, series] of curves.entries()) {
		const summary = series && summarizeCurve(series);
		if (!series || !summary) {
			continue;
		}

		const {last, lowest, highest, average} = summary;
		const share = hasShare && series.total !== undefined ? `at most ${percentOf(highest, series.total)}` : '';
		const range = hasRange ? `${print(lowest)}..${print(highest)}` : '';
		const bracket = [range, share].filter(Boolean).join(', ');
		const text =
			curves.length === 1
				? `  now ${print(last)}  average ${print(average)}  lowest ${print(lowest)}  highest ${print(highest)}${share && ` (${percentOf(highest, series.total ?? 0)})`}`
				: `  ${(curve + 1).toString(36)} ${series.node} ${print(last)}${bracket && ` (${bracket})`}`;
		spans.push({text, curve});
	}

	return spans;
}
