import {Box} from 'ink';
import {formatDuration} from '../../engine/host/format-duration.js';
import type {Metric, MetricSeries} from '../../engine/monitoring/series.js';
import {summarizeCurve} from '../../engine/monitoring/summarize-curve.js';
import {chartCaption} from './chart/chart-caption.js';
import {layoutCharts} from './chart/layout-charts.js';
import {niceTop} from './chart/nice-top.js';
import {type ChartSpan, plotColumns, renderChart} from './chart/render-chart.js';
import {sampleCurve} from './chart/sample-curve.js';
import {timeAxis} from './chart/time-axis.js';
import {EmptyState} from './empty-state.js';
import {cutText, fit} from './fit.js';
import {useLook} from './look.js';
import {Text} from './text.js';

export type MetricChartsProps = {
	readonly series: readonly MetricSeries[];
	readonly width: number;
	readonly height: number;
	/** Only this metric, in all of the height. */
	readonly selectedMetric?: Metric | undefined;
	/** Only this node. Left out: all of them over each other, up to six. */
	readonly selectedNode?: string | undefined;
};

const colors = ['cyan', 'yellow', 'magenta', 'green', 'blue', 'red'] as const;
const mostNodes = colors.length;

/** CPU, memory and load over the whole run, in exactly the width and height given. */
export function MetricCharts({series, width, height, selectedMetric, selectedNode}: MetricChartsProps) {
	const {isAscii, ellipsis} = useLook();
	const allNodes = [...new Set(series.map(({node}) => node))];
	const nodes = allNodes.filter(node => selectedNode === undefined || node === selectedNode).slice(0, mostNodes);
	const shown = series.filter(({node, values}) => nodes.includes(node) && values.some(value => value !== null));
	if (shown.length === 0) {
		const where = selectedNode === undefined ? '' : ` of ${selectedNode}`;
		return (
			<EmptyState
				area={{width, height}}
				text={`No measurements${where} yet.`}
				hint="The first come about a minute after start."
			/>
		);
	}

	const from = Math.min(...shown.map(one => one.startSeconds - one.stepSeconds));
	const to = Math.max(...shown.map(one => one.startSeconds + (one.values.length - 1) * one.stepSeconds));
	const columns = plotColumns(width);
	const {charts, footerRows} = layoutCharts(height, selectedMetric);
	const margin = ' '.repeat(width - columns);
	const footer = [margin + timeAxis(from, to, columns), remark()];
	return (
		<Box flexDirection="column" width={width} height={height} overflow="hidden" flexShrink={0}>
			{charts.map(({metric, rows}) => {
				const curves = nodes.map(node => shown.find(one => one.node === node && one.metric === metric));
				const sampled = curves.map(curve => (curve ? sampleCurve(curve, {from, to, columns}) : []));
				const highest = Math.max(0, ...curves.map(curve => (curve && summarizeCurve(curve)?.highest) ?? 0));
				// How full it is shows against all that there is.
				const whole = metric === 'cpu' ? 100 : Math.round(Math.max(0, ...curves.map(curve => curve?.total ?? 0)));
				const top = whole > 0 && whole >= highest ? whole : niceTop(highest);
				const lines = rows < 3 ? [] : renderChart(sampled, {width, height: rows - 1, top, ascii: isAscii});
				return [...[chartCaption(metric, curves, width), ...lines].entries()].map(([row, spans]) => (
					<ChartLine key={`${metric} ${row}`} spans={spans} width={width} isColored={nodes.length > 1} />
				));
			})}
			{footer.slice(0, footerRows).map(line => (
				<Text key={line} dimColor wrap="truncate">
					{fit(line, width, {ellipsis})}
				</Text>
			))}
		</Box>
	);

	function remark(): string {
		const columnSeconds = (to - from) / columns;
		const stepSeconds = Math.min(...shown.map(one => one.stepSeconds));
		const gapSeconds = Math.max(...shown.map(one => summarizeCurve(one)?.gapSeconds ?? 0));
		return [
			...(gapSeconds > 0 ? [`nothing measured for ${formatDuration(gapSeconds * 1000)}`] : []),
			columnSeconds > stepSeconds
				? `a column averages ${formatDuration(columnSeconds * 1000)}, highest and lowest do not`
				: `a measurement every ${stepSeconds} s`,
			...(selectedNode === undefined && allNodes.length > mostNodes
				? [`${mostNodes} of ${allNodes.length} nodes`]
				: []),
		].join('; ');
	}
}

function ChartLine({
	spans,
	width,
	isColored,
}: {
	readonly spans: readonly ChartSpan[];
	readonly width: number;
	readonly isColored: boolean;
}) {
	const {hasColor, ellipsis} = useLook();
	let column = 0;
	return (
		<Text wrap="truncate">
			{spans
				.filter(({text}) => text !== '')
				.map(({text, curve}) => {
					const begin = column;
					column += text.length;
					const color =
						hasColor && curve !== undefined ? (isColored ? colors[curve % colors.length] : colors[0]) : undefined;
					return (
						<Text key={begin} {...(color ? {color} : {})}>
							{cutText(text, Math.max(0, width - begin), ellipsis)}
						</Text>
					);
				})}
		</Text>
	);
}
