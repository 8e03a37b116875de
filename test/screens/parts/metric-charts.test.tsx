import assert from 'node:assert/strict';
import {test} from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {renderToString} from 'ink';
import stringWidth from 'string-width';
import type {Metric, MetricSeries} from '../../../source/engine/monitoring/series.js';
import {LookContext, lookFor} from '../../../source/screens/parts/look.js';
import {MetricCharts, type MetricChartsProps} from '../../../source/screens/parts/metric-charts.js';

const start = new Date(2026, 10, 22, 14, 0, 0).getTime() / 1000;

function curve(node: string, metric: Metric, value: (index: number) => number | null, count = 120): MetricSeries {
	const values = Array.from({length: count}, (_, index) => value(index));
	return {node, role: 'Master', metric, stepSeconds: 5, startSeconds: start + 5, values};
}

const nodeCurves = (node: string, level: number) => [
	curve(node, 'cpu', index => (index === 60 ? 100 : index > 80 && index < 100 ? null : level)),
	curve(node, 'memory', index => 200 + index),
	curve(node, 'load', () => level / 100),
];

function frame(
	props: MetricChartsProps,
	environment: Record<string, string> = {LANG: 'C.UTF-8', TERM: 'xterm'},
): string[] {
	const element = (
		<LookContext value={lookFor(environment)}>
			<MetricCharts {...props} />
		</LookContext>
	);
	return stripVTControlCharacters(renderToString(element, {columns: props.width})).split('\n');
}

test('one node: three charts with figures, times, a real gap, and the peak that averaging hides named', () => {
	const lines = frame({series: nodeCurves('master-1', 20), width: 80, height: 17});

	assert.equal(lines.length, 17);
	assert.match(lines[0] ?? '', /^CPU % {2}now 20\.0 {2}average 20\.8 {2}lowest 20\.0 {2}highest 100\.0$/);
	assert.match(lines[5] ?? '', /^Memory MiB {2}now 319\.0 /);
	assert.match(lines[10] ?? '', /^Load {2}now 0\.20 {2}average 0\.20 /);
	const levels = lines.slice(1, 5).join('\n');
	assert.match(levels, /─ {10,12}─/, 'nineteen of 120 points are missing, so about eleven of 72 columns are empty');
	assert.match(lines[15] ?? '', /14:00:00 .*14:10:00$/);
	assert.match(lines[16] ?? '', /^nothing measured for 1 min 35 s; a column averages 8 s, /);
	assert.match(frame({series: nodeCurves('m', 20), width: 48, height: 17})[0] ?? '', /^CPU % {2}now 20 {2}average 21 /);
});

test('of more nodes than their ranges have room for, the figures of now are whole', () => {
	const series = ['master-1', 'slave-1', 'slave-2'].flatMap(node => nodeCurves(node, 20));
	const [cpu = '', ...others] = frame({series, width: 70, height: 17});
	assert.equal(cpu.trimEnd(), 'CPU %  1 master-1 20  2 slave-1 20  3 slave-2 20');
	assert.ok(others.every(line => !/^(Memory|Load).*…/.test(line)));
});

test('memory stands against all that the instance has, which makes plain what was never used', () => {
	const memory = (node: string, total?: number) => ({
		...curve(node, 'memory', index => 200 + index),
		...(total !== undefined && {total}),
	});
	const draw = (series: readonly MetricSeries[]) => frame({series, width: 80, height: 9, selectedMetric: 'memory'});
	const one = draw([memory('master-1', 3840)]);
	assert.match(one[0] ?? '', /^Memory MiB of 3840 {2}now 319\.0 .* highest 319\.0 \(9 %\)$/);
	assert.match(one[1] ?? '', /^ +3840 /, 'the scale is that of all memory');

	const two = draw([memory('master-1', 3840), memory('slave-1', 3840)]);
	assert.equal(two[0]?.trimEnd(), 'Memory MiB of 3840  1 master-1 319 (at most 9 %)  2 slave-1 319 (at most 9 %)');
	const unlike = draw([memory('master-1', 3840), memory('slave-1', 1920)]);
	assert.equal(unlike[0]?.trimEnd(), 'Memory MiB  1 master-1 319 (at most 9 %)  2 slave-1 319 (at most 17 %)');

	const older = draw([memory('master-1')]);
	assert.match(older[0] ?? '', /^Memory MiB {2}now 319\.0 {2}average 259\.5 {2}lowest 200\.0 {2}highest 319\.0$/);
	assert.match(older[1] ?? '', /^ +400 /);
});

test('several nodes: named with their numbers, and one of them can be chosen', () => {
	const series = [...nodeCurves('master-1', 20), ...nodeCurves('slave-1', 70)];

	const both = frame({series, width: 80, height: 17, selectedMetric: 'cpu'});
	assert.match(both[0] ?? '', /^CPU % {2}1 master-1 20\.0 \(20\.0\.\.100\.0\) {2}2 slave-1 70\.0 \(/);
	assert.match(both.join('\n'), /─2$/m);
	assert.equal(both.length, 17);

	const one = frame({series, width: 80, height: 17, selectedMetric: 'cpu', selectedNode: 'slave-1'});
	assert.match(one[0] ?? '', /^CPU % {2}now 70\.0 /);
});

test('without Unicode everything is ASCII', () => {
	const lines = frame({series: nodeCurves('master-1', 20), width: 48, height: 17}, {LANG: 'C', TERM: 'xterm'});

	assert.match(lines.join('\n'), /^[\n -~]+$/);
});

test('before the first measurement it is said when they come', () => {
	const empty = frame({series: [curve('m', 'cpu', () => null)], width: 60, height: 12}).join('\n');

	assert.match(empty, /No measurements yet\.\s+The first come about a minute after start\./);
});

test('every size is filled exactly and never exceeded', () => {
	const series = ['a-1', 'b-1', 'c-1'].flatMap((node, index) => nodeCurves(node, 20 * index));
	for (const height of [3, 4, 5, 8, 11, 12, 17, 30]) {
		for (const width of [40, 131]) {
			const lines = frame({series, width, height});
			assert.equal(lines.length, height, `${width}x${height}`);
			assert.ok(lines.every(line => stringWidth(line) <= width));
		}
	}
});
