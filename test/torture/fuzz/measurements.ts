import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {formatXport} from '../../../source/engine/monitoring/format-xport.js';
import {parseXport} from '../../../source/engine/monitoring/parse-xport.js';
import {readSeries} from '../../../source/engine/monitoring/read-series.js';
import {settledRows} from '../../../source/engine/monitoring/settled-rows.js';
import {summarizeCurve} from '../../../source/engine/monitoring/summarize-curve.js';
import {renderChart} from '../../../source/screens/parts/chart/render-chart.js';
import {type Boundary, must, ours} from './boundary.js';
import {border, type Chance, mutateJson, mutateText} from './mutate.js';

const sampleFile = fileURLToPath(
	new URL('../../../../test/fixtures/rrd-samples/xport-300s-step2.json', import.meta.url),
);
const words = [
	'[',
	']',
	'{',
	'}',
	',',
	':',
	' ',
	'"',
	'NaN',
	'-nan',
	'inf',
	'null',
	'"step"',
	'"legend"',
	'"data"',
	'1e308',
	'-1',
];

/** What rrdtool prints, in which numbers that are no JSON stand, and what our own pieces hold. */
export const measurements: Boundary & {readonly name: 'rrd-json'} = {
	name: 'rrd-json',
	weight: 8,
	async open(folder) {
		const sample = await readFile(sampleFile, 'utf8');
		const good = JSON.parse(sample);
		const short = {...good, data: good.data.slice(0, 12)};
		const own = {meta: {step: 5, legend: ['cpu-idle', 'memory-used', 'memory-total', 'load-shortterm']}, data: []};
		const node = join(folder, 'monitoring', 'role', 'i-1');
		await mkdir(node, {recursive: true});
		return {
			make(chance) {
				const texts = Array.from({length: chance.few(3)}, () => documentOf(chance, [sample, short, own]));
				const isOnDisk = chance.is(0.05);
				return {
					size: 4 * texts.reduce((sum, text) => sum + text.length, 0),
					run: async () =>
						ours(
							async () => {
								if (isOnDisk) {
									await drawAll(folder, node, texts);
									return;
								}

								for (const text of texts) {
									const table = settledRows(parseXport(text), {nowSeconds: 1_800_000_000, hasEnded: texts.length > 1});
									const again = parseXport(formatXport(table));
									must(again.rows.length === table.rows.length, 'What is written is not what is read.');
								}
							},
							error => error instanceof SyntaxError,
						),
				};
			},
		};
	},
};

function documentOf(chance: Chance, [sample, short, own]: readonly [string, unknown, {readonly meta: object}]): string {
	switch (chance.below(3)) {
		case 0:
			return mutateText(chance, {texts: [sample], words});
		case 1:
			return JSON.stringify(mutateJson(chance, short)) ?? '';
		default: {
			const time = chance.is(0.9) ? 1_700_000_000 : Number(border(chance));
			const step = chance.is(0.8) ? 5 : Number(border(chance));
			const data = Array.from({length: chance.few(40)}, (_, row) => [
				String(time + row * step),
				...Array.from({length: 4}, () => chance.of([0, 1, 99.5, null, -1, 1e308, -1e308, 5e-324])),
			]);
			return JSON.stringify({meta: {...own.meta, step}, data});
		}
	}
}

/** As a screen shows them: read from their files, merged, summed up, drawn. */
async function drawAll(folder: string, node: string, texts: readonly string[]): Promise<void> {
	for (const number of [0, 1, 2]) {
		await writeFile(join(node, `xport-${number}-${number + 1}.json`), texts[number] ?? '');
	}

	const series = await readSeries(folder);
	must(series.length <= 3, `${series.length} curves of one instance`);
	for (const {values, stepSeconds, startSeconds} of series) {
		must(Number.isFinite(startSeconds) && stepSeconds > 0, `It begins at ${startSeconds}.`);
		must(values.length < 2 ** 21, `A curve has ${values.length} points.`);
		summarizeCurve({values, stepSeconds});
		const lines = renderChart([values.slice(-80)], {width: 80, height: 8, top: 100});
		must(lines.length <= 8, `A chart has ${lines.length} lines.`);
	}
}
