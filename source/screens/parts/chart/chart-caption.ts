import type {Metric, MetricSeries} from '../../../engine/monitoring/series.js';
import type {ChartSpan} from './render-chart.js';
import {summarizeCurve} from './summarize-curve.js';

export const metricTitles: Readonly<Record<Metric, string>> = {cpu: 'CPU %', memory: 'Memory MiB', load: 'Load'};

/** A figure as the axis would have it: load with two digits, the others with one, large ones with none. */
export function figure(metric: Metric, value: number | null): string {
	return value === null ? '-' : value.toFixed(metric === 'load' ? 2 : value >= 1000 ? 0 : 1);
}

/** What a chart is about, with the figures of each curve; a curve's part carries its number. */
export function chartCaption(metric: Metric, curves: ReadonlyArray<MetricSeries | undefined>): ChartSpan[] {
	const spans: ChartSpan[] = [{text: metricTitles[metric]}];
	for (const [curve, series] of curves.entries()) {
		const summary = series && summarizeCurve(series);
		if (!series || !summary) {
			continue;
		}

		const {last, lowest, highest, average} = summary;
		const [now, low, high, mean] = [last, lowest, highest, average].map(value => figure(metric, value));
		const text =
			curves.length === 1
				? `  now ${now}  average ${mean}  lowest ${low}  highest ${high}`
				: `  ${(curve + 1).toString(36)} ${series.node} ${now} (${low}..${high})`;
		spans.push({text, curve});
	}

	return spans;
}
