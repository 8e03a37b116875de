import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {writeNodeFile} from '../../../source/engine/monitoring/node-file.js';
import {readSeries} from '../../../source/engine/monitoring/read-series.js';
import type {MetricSeries} from '../../../source/engine/monitoring/series.js';

const samples = 'test/fixtures/rrd-samples';
const files = {
	'cpu-idle': [`${samples}/cpu_percent-idle.rrd`, 'value'],
	'memory-used': [`${samples}/memory_memory-used.rrd`, 'value'],
	'load-shortterm': [`${samples}/load_load.rrd`, 'shortterm'],
} as const;
type Column = keyof typeof files;

/** What the watch script does, on the samples. */
function xport(start: number, end: number, columns: readonly Column[] = Object.keys(files) as Column[]): string {
	const definitions = columns.map((name, index) => `DEF:v${index}=${files[name].join(':')}:AVERAGE`);
	const outputs = columns.map((name, index) => `XPORT:v${index}:${name}`);
	const range = ['--maxrows', '1000000', '--step', '2', '--start', String(start), '--end', String(end)];
	return execFileSync('rrdtool', ['xport', '--json', '--showtime', ...range, ...definitions, ...outputs], {
		encoding: 'utf8',
		env: {...process.env, LC_ALL: 'C'},
	});
}

/** The numbers as `rrdtool fetch` prints them; its second word for each time is the first data source. */
function rrdFetch(column: Column, start: number, end: number): Array<[time: number, value: number | null]> {
	const args = ['fetch', files[column][0], 'AVERAGE', '-r', '2', '--start', String(start), '--end', String(end)];
	const text = execFileSync('rrdtool', args, {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}});
	return [...text.matchAll(/^(\d+): (\S+)/gm)].map(([, time, value]) => [
		Number(time),
		value?.includes('nan') ? null : Number(value),
	]);
}

const lastTime = ({startSeconds, stepSeconds, values}: MetricSeries) =>
	startSeconds + (values.length - 1) * stepSeconds;

async function nodeFolder(t: TestContext, role = 'Master', instance = 'i-1') {
	const home = await mkdtemp(join(tmpdir(), 'd2cm-series-'));
	t.after(async () => rm(home, {recursive: true}));
	const folder = join(home, 'monitoring', role, instance);
	await mkdir(folder, {recursive: true});
	return {home, folder};
}

test("the curves of real .rrd files are rrdtool's own numbers, gaps included, though fetched in overlapping pieces", async t => {
	const {home, folder} = await nodeFolder(t);
	const [start, middle, end] = [1795346300, 1795346600, 1795346740];
	await writeNodeFile(folder, {name: 'master-1', role: 'Master', clockAheadSeconds: 3});
	await writeFile(join(folder, `xport-${start}-${middle}.json`), xport(start, middle));
	await writeFile(join(folder, `xport-${middle - 60}-${end}.json`), xport(middle - 60, end));

	const series = await readSeries(home);

	assert.deepEqual(
		series.map(({node, role, metric, stepSeconds}) => [node, role, metric, stepSeconds]),
		[
			['master-1', 'Master', 'cpu', 2],
			['master-1', 'Master', 'memory', 2],
			['master-1', 'Master', 'load', 2],
		],
	);
	for (const [metric, column, convert] of [
		['cpu', 'cpu-idle', (value: number) => 100 - value],
		['memory', 'memory-used', (value: number) => value / 1_048_576],
		['load', 'load-shortterm', (value: number) => value],
	] as const) {
		const curve = series.find(one => one.metric === metric);
		const theirs = rrdFetch(column, start, end).filter(([time]) => time <= (curve ? lastTime(curve) : 0));
		assert.equal(curve?.startSeconds, theirs[0]?.[0]);
		assert.equal(curve?.values.length, theirs.length, metric);
		for (const [index, [time, value]] of theirs.entries()) {
			const ours = curve?.values[index] ?? null;
			// fetch and xport print ten digits and do not always round the last one alike.
			const isEqual =
				value === null
					? ours === null
					: ours !== null && Math.abs(ours - convert(value)) < 2e-9 * Math.max(1, convert(value));
			assert.ok(isEqual, `${metric} at ${time}: ${ours}, rrdtool has ${value}`);
		}

		assert.ok(
			curve?.values.some(value => value !== null),
			metric,
		);
		assert.ok(curve && lastTime(curve) >= 1795346736, metric);
	}
});

test('a coarse piece of older times and a fine one of newer times make one curve', async t => {
	const {home, folder} = await nodeFolder(t);
	await writeFile(join(folder, 'xport-1795340016-1795346568.json'), xport(1795340000, 1795346500));
	await writeFile(join(folder, 'xport-1795346602-1795346700.json'), xport(1795346600, 1795346700));

	const [cpu] = await readSeries(home);

	const at = (time: number) => cpu?.values[(time - (cpu?.startSeconds ?? 0)) / 2];
	assert.equal(cpu?.stepSeconds, 2);
	assert.equal(at(1795346500), 100 - 28.085410125);
	assert.equal(
		at(1795346702 - 2),
		100 - (rrdFetch('cpu-idle', 1795346696, 1795346700).find(([time]) => time === 1795346700)?.[1] ?? 0),
	);
	assert.equal(at(1795342000), null);
});

test('the memory of an instance is known from the exports that tell it, and not made up from others', async t => {
	const {home, folder} = await nodeFolder(t);
	const memory = async () => (await readSeries(home)).find(({metric}) => metric === 'memory');
	const row = (time: number, ...values: ReadonlyArray<number | null>) => [String(time), ...values];
	const write = async (first: number, legend: readonly string[], data: readonly unknown[]) =>
		writeFile(join(folder, `xport-${first}-${first + 5}.json`), JSON.stringify({meta: {step: 5, legend}, data}));
	await write(1000, ['memory-used', 'memory-free'], [row(1000, 1e6, 1e9), row(1005, 1e6, 1e9)]);
	assert.equal((await memory())?.total, undefined);
	const total = 3840 * 1_048_576;
	await write(1010, ['memory-used', 'memory-total'], [row(1010, 2e6, total), row(1015, null, null)]);
	assert.equal((await memory())?.total, 3840);
	assert.equal((await memory())?.values.length, 4);
});

test('a folder without node.json is shown under the instance id, in the order of the nodes', async t => {
	const {home, folder} = await nodeFolder(t, 'Slave', 'i-9');
	const other = join(home, 'monitoring', 'Slave', 'i-1');
	await writeNodeFile(other, {name: 'a-10', role: 'Slave', clockAheadSeconds: 0});
	await writeNodeFile(join(home, 'monitoring', 'Slave', 'i-2'), {name: 'a-2', role: 'Slave', clockAheadSeconds: 0});
	for (const instance of ['i-9', 'i-1', 'i-2']) {
		await writeFile(join(folder, '..', instance, 'xport-1-2.json'), xport(1795346600, 1795346700, ['load-shortterm']));
	}

	assert.deepEqual(
		(await readSeries(home)).map(({node, metric}) => `${node} ${metric}`),
		['a-2 load', 'a-10 load', 'i-9 load'],
	);
});

test('an instance whose clock is hours off is shown at the time of this machine', async t => {
	const {home, folder} = await nodeFolder(t);
	await writeNodeFile(folder, {name: 'master-1', role: 'Master', clockAheadSeconds: 7200});
	await writeFile(join(folder, 'xport-1-2.json'), xport(1795346600, 1795346700));

	assert.equal((await readSeries(home))[0]?.startSeconds, 1795346602 - 7200);
});

test('damaged pieces are named and left out, and the rest is shown', async t => {
	const {home, folder} = await nodeFolder(t);
	const whole = xport(1795346600, 1795346700);
	await writeFile(join(folder, 'xport-1795346602-1795346698.json'), whole);
	await writeFile(join(folder, 'xport-1795346700-1795346800.json'), whole.slice(0, 700));
	await writeFile(join(folder, 'xport-1795346802-1795346900.json'), '');
	await writeFile(join(folder, 'xport-1795346902-1795346999.json'), '{"meta":{"step":2,"legend":[]},"data":[]}');
	await writeFile(join(folder, 'xport-1795346902-1795346999.json.new'), 'half');
	await writeFile(join(folder, 'node.json'), '{"name":');
	const notes: string[] = [];

	const series = await readSeries(home, {onDamage: note => notes.push(note)});

	assert.deepEqual(
		series.map(({values}) => values.length),
		[50, 50, 50],
	);
	assert.equal(notes.length, 3);
	assert.match(notes[0] ?? '', /xport-1795346700-1795346800\.json: /);
});

test('pieces read before are not read again', async t => {
	const {home, folder} = await nodeFolder(t);
	const path = join(folder, 'xport-1-2.json');
	await writeFile(path, xport(1795346600, 1795346700));
	const known = new Map();
	const before = await readSeries(home, {known});

	await writeFile(path, 'no longer an export');

	assert.deepEqual(await readSeries(home, {known}), before);
});

test('a deployment without monitoring has no curves', async t => {
	const {home} = await nodeFolder(t);

	assert.deepEqual(await readSeries(home), []);
	assert.deepEqual(await readSeries(join(home, 'nowhere')), []);
});
