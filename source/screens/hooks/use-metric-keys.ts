import {useState} from 'react';
import type {Metric, MetricSeries} from '../../engine/monitoring/series.js';
import type {KeyBinding} from '../parts/key-binding.js';

const metrics: readonly (Metric | undefined)[] = [undefined, 'cpu', 'memory', 'load'];

/** Which of the curves are drawn, with the keys that choose. */
export function useMetricKeys(series: readonly MetricSeries[]): {
	readonly selected: {readonly selectedMetric?: Metric; readonly selectedNode?: string};
	readonly keys: readonly KeyBinding[];
} {
	const [metric, setMetric] = useState<Metric>();
	const [node, setNode] = useState<string>();
	const nodes = [undefined, ...new Set(series.map(one => one.node))];
	const none = series.length === 0 ? 'Nothing was measured yet.' : undefined;
	return {
		selected: {
			...(metric === undefined ? {} : {selectedMetric: metric}),
			...(node === undefined ? {} : {selectedNode: node}),
		},
		keys: [
			{
				key: 'm',
				label: `Metric: ${metric ?? 'all'}`,
				disabledReason: none,
				run: () => setMetric(metrics[(metrics.indexOf(metric) + 1) % metrics.length]),
			},
			{
				key: ['n', 'down'],
				label: `Node: ${node ?? 'all'}`,
				disabledReason: none,
				run: () => setNode(nodes[(nodes.indexOf(node) + 1) % nodes.length]),
			},
			{
				key: ['N', 'up'],
				label: 'Previous node',
				isMinor: true,
				disabledReason: none,
				run: () => setNode(nodes[(nodes.indexOf(node) - 1 + nodes.length) % nodes.length]),
			},
		],
	};
}
