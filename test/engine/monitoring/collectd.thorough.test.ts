import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {createCollectdMonitor} from '../../../source/engine/monitoring/collectd-monitor.js';
import type {MonitorTarget} from '../../../source/engine/monitoring/monitor.js';
import {readSeries} from '../../../source/engine/monitoring/read-series.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../source/engine/ssh/ssh2-shell.js';
import {createLocalShell} from '../../helpers/local-shell.js';
import {startSshdInstances} from '../../helpers/start-sshd-instances.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

function targetIn(home: string, shell: Shell, said: string[], number = 2): MonitorTarget {
	return {
		name: `slave-${number}`,
		shell,
		folder: join(home, `monitoring/Slave/i-${number}`),
		say: async (level, message) => {
			said.push(`${level}: ${message}`);
		},
	};
}

/** Looks each second, for as long as a busy machine may need. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
	for (const limit = Date.now() + 180_000; !(await isSo()); ) {
		assert.ok(Date.now() < limit, `not within three minutes: ${isSo}`);
		await delay(1000);
	}
}

/** Fewest measurements of a metric that are here, of so many metrics. */
async function fewest(folder: string, metrics: number): Promise<number> {
	const series = await readSeries(folder);
	const known = series.map(({values}) => values.filter(value => value !== null).length);
	return series.length < metrics ? 0 : Math.min(...known);
}

test('a real collectd is begun once, fetched, begun again when it died, and ended with its files brought', async t => {
	// Hooks run in the order they were made: collectd ends before its folder goes.
	let stop: () => Promise<void> = async () => undefined;
	t.after(async () => stop());
	const home = await temporaryFolder(t);
	const instanceFolder = join(home, 'instance');
	const said: string[] = [];
	const target = targetIn(home, createLocalShell(), said);
	const pid = async () => Number(await readFile(join(instanceFolder, 'pid'), 'utf8'));
	const pieces = async () => (await readdir(target.folder)).filter(name => name.startsWith('xport-'));
	const monitor = createCollectdMonitor({instanceFolder});
	stop = async () => monitor.finish(target);

	await monitor.begin(target);
	const first = await pid();
	// As after a resume: another process begins the same again.
	await createCollectdMonitor({instanceFolder}).begin(target);
	assert.equal(await pid(), first);
	assert.equal(execFileSync('pgrep', ['-fc', `${instanceFolder}/collectd.conf`], {encoding: 'utf8'}).trim(), '1');

	await until(async () => {
		await monitor.fetch(target);
		return (await pieces()).length > 0;
	});

	process.kill(first, 'SIGKILL');
	await until(async () => {
		await monitor.fetch(target);
		return (await pid().catch(() => first)) !== first;
	});
	await until(async () => {
		await monitor.fetch(target);
		return (await fewest(home, 3)) >= 5;
	});

	const second = await pid();
	await monitor.finish(target);
	// Of a process that has ended and is not yet reaped the command line is empty.
	assert.equal(await readFile(`/proc/${second}/cmdline`, 'utf8').catch(() => ''), '');
	assert.ok((await pieces()).length >= 2);
	assert.deepEqual(new Set(said), new Set(['info: Monitoring of slave-2 is on.']));

	const series = await readSeries(home);
	assert.deepEqual(
		series.map(({node, role, metric, stepSeconds}) => `${node} ${role} ${metric} ${stepSeconds}`),
		['slave-2 Slave cpu 5', 'slave-2 Slave memory 5', 'slave-2 Slave load 5'],
	);
	for (const {metric, values} of series) {
		const known = values.filter(value => value !== null);
		const most = {cpu: 100, memory: 1 << 22, load: 100 * cpus().length}[metric];
		assert.ok(known.length >= 5, `${metric}: ${values.join(' ')}`);
		assert.ok(
			known.every(value => value >= 0 && value <= most),
			`${metric}: ${values.join(' ')}`,
		);
	}

	const [, kib = ''] = /^MemTotal: +(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8')) ?? [];
	assert.equal(Math.round(series.find(({metric}) => metric === 'memory')?.total ?? 0), Math.round(Number(kib) / 1024));
	const load = series.find(({metric}) => metric === 'load');
	const path = join(target.folder, 'rrd/load/load.rrd');
	const range = [
		'-r',
		'5',
		'--start',
		String((load?.startSeconds ?? 0) - 5),
		'--end',
		String(Math.floor(Date.now() / 1000)),
	];
	const text = execFileSync('rrdtool', ['fetch', path, 'AVERAGE', ...range], {encoding: 'utf8'});
	for (const [, time, value] of text.matchAll(/^(\d+): (\S+)/gm)) {
		const ours = load?.values[(Number(time) - load.startSeconds) / load.stepSeconds] ?? null;
		assert.ok(
			value?.includes('nan') ? ours === null : Math.abs((ours ?? -1) - Number(value)) < 1e-8,
			`${time}: ${ours}, ${value}`,
		);
	}
});

test('instances are watched over SSH side by side, in the folder that guests have for it', async t => {
	const {folder, targets, end} = await startSshdInstances(2);
	t.after(end);
	const said: string[] = [];
	const monitor = createCollectdMonitor();
	const watched = await Promise.all(
		targets.map(async (target, index) => targetIn(folder, await connectSsh2(target), said, index + 1)),
	);
	t.after(() => {
		for (const {shell} of watched) {
			shell.close();
		}
	});

	const startedMs = performance.now();
	await Promise.all(watched.map(async target => monitor.begin(target)));
	t.diagnostic(`begin of two: ${Math.round(performance.now() - startedMs)} ms`);
	await until(async () => {
		await Promise.all(watched.map(async target => monitor.fetch(target)));
		return (await fewest(folder, 6)) >= 2;
	});
	const finishMs = performance.now();
	await Promise.all(watched.map(async target => monitor.finish(target)));
	t.diagnostic(`finish of two: ${Math.round(performance.now() - finishMs)} ms`);

	assert.deepEqual(said.toSorted(), ['info: Monitoring of slave-1 is on.', 'info: Monitoring of slave-2 is on.']);
	const series = await readSeries(folder);
	assert.deepEqual(
		series.map(({node, metric}) => `${node} ${metric}`),
		['slave-1 cpu', 'slave-1 memory', 'slave-1 load', 'slave-2 cpu', 'slave-2 memory', 'slave-2 load'],
	);
	assert.ok(series.every(({values}) => values.filter(value => value !== null).length >= 2));
	for (const target of watched) {
		assert.deepEqual((await readdir(join(target.folder, 'rrd'))).toSorted(), ['cpu', 'load', 'memory']);
	}
});

test('where the clock is set back an hour under a real collectd, that is said once and measurements go on', async t => {
	let stop: () => Promise<void> = async () => undefined;
	t.after(async () => stop());
	const home = await temporaryFolder(t);
	const instanceFolder = join(home, 'instance');
	const said: string[] = [];
	const target = targetIn(home, createLocalShell(), said);
	const monitor = createCollectdMonitor({instanceFolder});
	stop = async () => monitor.finish(target);
	await monitor.begin(target);
	const load = join(instanceFolder, 'rrd/node/load/load.rrd');
	await until(async () => existsSync(load));

	// What is there, and here, then has times that come in an hour; an RRD takes no earlier ones.
	const soon = Math.floor(Date.now() / 5000) * 5 + 3600;
	execFileSync('rrdtool', ['update', load, `${soon}:1:1:1`]);
	const columns = {meta: {start: soon - 60, end: soon, step: 5, legend: ['load-shortterm']}, data: [['0', 1]]};
	await writeFile(join(target.folder, `xport-${soon - 60}-${soon}.json`), JSON.stringify(columns));

	const measured = async () => {
		const names = await readdir(target.folder);
		return names.filter(name => /^xport-/.test(name)).length;
	};
	await until(async () => {
		await monitor.fetch(target);
		return (await measured()) >= 3;
	});
	assert.equal(said.filter(words => words.includes('later than its clock')).length, 1, said.join('\n'));
	assert.deepEqual((await readdir(join(instanceFolder, 'rrd'))).map(name => name.replace(/\d+$/, '')).toSorted(), [
		'before-',
		'node',
	]);
});
