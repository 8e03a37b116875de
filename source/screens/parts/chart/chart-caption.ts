import type {Metric, MetricSeries} from '../../../engine/monitoring/series.js';
import type {ChartSpan} from './render-chart.js';
import {summarizeCurve} from './summarize-curve.js';

const metricTitles: Readonly<Record<Metric, string>> = {cpu: 'CPU %', memory: 'Memory MiB', load: 'Load'};

const rounded = (metric: Metric, value: number | null) =>
	value === null ? '-' : value.toFixed(metric === 'load' ? 1 : 0);

/** A figure as the axis would have it: load with two digits, the others with one, large ones with none. */
function figure(metric: Metric, value: number | null): string {
	return value === null ? '-' : value.toFixed(metric === 'load' ? 2 : value >= 1000 ? 0 : 1);
}

/**
What a chart is about, with the figures of each curve: rounded where they would not fit, and without their range where that would
not either. A curve's part has its number.
*/
export function chartCaption(
	metric: Metric,
	curves: ReadonlyArray<MetricSeries | undefined>,
	width: number,
): ChartSpan[] {
	const shorter = [
		() => caption(metric, curves, value => figure(metric, value)),
		() => caption(metric, curves, value => rounded(metric, value)),
	];
	for (const make of shorter) {
		const spans = make();
		if (spans.reduce((sum, {text}) => sum + text.length, 0) <= width) return spans;
	}

	return caption(metric, curves, value => rounded(metric, value), {hasRange: false});
}

function caption(
	metric: Metric,
	curves: ReadonlyArray<MetricSeries | undefined>,
	print: (value: number | null) => string,
	{hasRange = true} = {},
): ChartSpan[] {
	const spans: ChartSpan[] = [{text: metricTitles[metric]}];
	for (const [curve, series] of curves.entries()) {
		const summary = series && summarizeCurve(series);
		if (!series || !summary) {
			continue;
		}

		const {last, lowest, highest, average} = summary;
		const text =
			curves.length === 1
				? `  now ${print(last)}  average ${print(average)}  lowest ${print(lowest)}  highest ${print(highest)}`
				: `  ${(curve + 1).toString(36)} ${series.node} ${print(last)}${hasRange ? ` (${print(lowest)}..${print(highest)})` : ''}`;
		spans.push({text, curve});
	}

	return spans;
}
