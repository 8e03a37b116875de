import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {createCollectdMonitor} from '../../../source/engine/monitoring/collectd-monitor.js';
import type {MonitorTarget} from '../../../source/engine/monitoring/monitor.js';
import {readSeries} from '../../../source/engine/monitoring/read-series.js';
import {watchScript} from '../../../source/engine/monitoring/watch-script.js';
import {ConnectionLostError} from '../../../source/engine/ssh/connection-lost-error.js';
import type {Shell} from '../../../source/engine/ssh/shell.js';
import {createLocalShell} from '../../helpers/local-shell.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

/** An instance whose collectd has ended and left measurements until about a minute ago. */
async function endedInstance(t: TestContext, seconds = 600) {
	const home = await temporaryFolder(t);
	const instanceFolder = join(home, 'instance');
	const end = Math.floor(Date.now() / 5000) * 5 - 60;
	const start = end - seconds;
	for (const [file, ...sources] of [
		['cpu/percent-idle', 'value'],
		['memory/memory-used', 'value'],
		['load/load', 'shortterm', 'midterm', 'longterm'],
	] as const) {
		const path = join(instanceFolder, 'rrd/node', `${file}.rrd`);
		await mkdir(join(path, '..'), {recursive: true});
		const archives = ['RRA:AVERAGE:0.1:1:1200', 'RRA:AVERAGE:0.1:15:1200'];
		const created = [
			path,
			'--step',
			'5',
			'--start',
			String(start - 5),
			...sources.map(name => `DS:${name}:GAUGE:30:U:U`),
		];
		execFileSync('rrdtool', ['create', ...created, ...archives]);
		const updates = Array.from({length: (end - start) / 5 + 1}, (_, index) => start + index * 5)
			// Ten minutes without a measurement, and ten more an hour ago.
			.filter(time => time < start + 3000 || time > start + 3600)
			.filter(time => time < end - 3600 || time > end - 3000)
			.map(time => [time, ...sources.map((_, source) => ((time / 5) % 97) + source)].join(':'));
		execFileSync('rrdtool', ['update', path, ...updates]);
	}

	await writeFile(join(instanceFolder, 'watch.sh'), watchScript(instanceFolder));
	await writeFile(join(instanceFolder, 'started'), `${start}\n`);
	await writeFile(join(instanceFolder, 'finished'), '');
	return {home, instanceFolder, start, end};
}

function targetIn(home: string, shell: Shell, said: string[] = []): MonitorTarget {
	return {
		name: 'master-1',
		shell,
		folder: join(home, 'monitoring/Master/i-1'),
		say: async (level, message) => {
			said.push(`${level}: ${message}`);
		},
	};
}

test('measurements of three hours come in two pieces, the older one coarse, the newer one fine and rrdtool’s own', async t => {
	const {home, instanceFolder, end} = await endedInstance(t, 3 * 3600);
	const said: string[] = [];
	const target = targetIn(home, createLocalShell(), said);

	await createCollectdMonitor({instanceFolder}).fetch(target);

	const pieces = (await readdir(target.folder)).filter(name => name.startsWith('xport-'));
	assert.equal(pieces.length, 2);
	assert.deepEqual(said, []);
	const load = (await readSeries(home)).find(({metric}) => metric === 'load');
	assert.ok(load);
	assert.equal(load.stepSeconds, 5);
	assert.equal(load.startSeconds + (load.values.length - 1) * 5, end);

	const at = (time: number) => load.values[(time - load.startSeconds) / 5] ?? null;
	const path = join(instanceFolder, 'rrd/node/load/load.rrd');
	const range = ['-r', '5', '--start', String(end - 5500), '--end', String(end - 5)];
	const rows = [
		...execFileSync('rrdtool', ['fetch', path, 'AVERAGE', ...range], {encoding: 'utf8'}).matchAll(/^(\d+): (\S+)/gm),
	];
	assert.equal(rows.length, 1100);
	for (const [, time, value] of rows) {
		assert.equal(at(Number(time)), value?.includes('nan') ? null : Number(value), time);
	}

	assert.equal(at(end - 3300), null, 'the pause an hour ago is a gap');
	assert.equal(at(end - 3 * 3600 + 3300), null, 'the pause in the coarse part is a gap');
	const coarse = Math.floor((end - 7000) / 75) * 75;
	assert.equal(at(coarse), at(coarse - 70), 'the coarse part repeats its average');
	assert.notEqual(at(coarse), at(coarse + 5));
});

test('another process goes on where the files end, and finds nothing new to write', async t => {
	const {home, instanceFolder, end} = await endedInstance(t);
	const shell = createLocalShell();
	const target = targetIn(home, shell);
	await createCollectdMonitor({instanceFolder}).fetch(target);
	const before = await readdir(target.folder);

	await createCollectdMonitor({instanceFolder}).fetch(target);

	assert.match(shell.commands.at(-1) ?? '', new RegExp(`export ${end}$`));
	assert.deepEqual(await readdir(target.folder), before);
});

test('finish brings the .rrd files whole', async t => {
	const {home, instanceFolder} = await endedInstance(t);
	const target = targetIn(home, createLocalShell());

	await createCollectdMonitor({instanceFolder}).finish(target);

	assert.equal((await readdir(target.folder)).filter(name => name.startsWith('xport-')).length, 1);
	const [ours, theirs] = await Promise.all(
		[join(target.folder, 'rrd'), join(instanceFolder, 'rrd/node')].map(async folder =>
			readFile(join(folder, 'load/load.rrd')),
		),
	);
	assert.deepEqual(ours, theirs);
});

test('a lost connection is said once, fails nothing, and is said again only after it was well', async t => {
	const {home, instanceFolder} = await endedInstance(t);
	const said: string[] = [];
	const shell = createLocalShell();
	let isLost = true;
	const lost: Shell = {
		...shell,
		run: async (...command) => {
			if (!isLost) {
				return shell.run(...command);
			}

			throw new ConnectionLostError('master-1', 'it does not answer');
		},
	};
	const monitor = createCollectdMonitor({instanceFolder});

	await monitor.begin(targetIn(home, lost, said));
	await monitor.fetch(targetIn(home, lost, said));
	await monitor.fetch(targetIn(home, lost, said));

	isLost = false;
	await monitor.fetch(targetIn(home, lost, said));
	isLost = true;
	await monitor.fetch(targetIn(home, lost, said));

	const reason = 'The connection to master-1 is lost: it does not answer';
	assert.deepEqual(said, [
		`warning: Monitoring of master-1: it could not be started (${reason}).`,
		`warning: Monitoring of master-1: no measurements could be fetched (${reason}).`,
		`warning: Monitoring of master-1: no measurements could be fetched (${reason}).`,
	]);
});

test('an instance that answers nonsense fails nothing', async t => {
	const home = await temporaryFolder(t);
	const said: string[] = [];
	const shell: Shell = {
		...createLocalShell(),
		run: async () => ({code: 1, stdout: 'Welcome!\n', stderr: 'No more processes.\n'}),
	};

	await createCollectdMonitor().fetch(targetIn(home, shell, said));

	assert.deepEqual(said, ['warning: Monitoring of master-1: no measurements could be fetched (No more processes).']);
});

test('what rrdtool cannot read is said in its own words', async t => {
	const {home, instanceFolder} = await endedInstance(t);
	const said: string[] = [];
	await writeFile(join(instanceFolder, 'rrd/node/load/load.rrd'), 'no database');

	await createCollectdMonitor({instanceFolder}).fetch(targetIn(home, createLocalShell(), said));

	assert.match(said.join(), /^warning: Monitoring of master-1: no measurements could be fetched \(ERROR: .+\)\.$/);
});

test('where begin did not get through, the next fetch begins', async t => {
	// Hooks run in the order they were made: collectd ends before its folder goes.
	let stop: () => Promise<void> = async () => undefined;
	t.after(async () => stop());
	const home = await temporaryFolder(t);
	const instanceFolder = join(home, 'instance');
	const said: string[] = [];
	const target = targetIn(home, createLocalShell(), said);
	const monitor = createCollectdMonitor({instanceFolder});
	stop = async () => monitor.finish(target);

	await monitor.finish(target);
	assert.deepEqual(said, []);
	await monitor.fetch(target);

	assert.deepEqual(said, ['info: Monitoring of master-1 is on.']);
});

test('an instance that no longer answers holds up the end only for so long', async t => {
	const {home, instanceFolder} = await endedInstance(t);
	const said: string[] = [];
	const hanging: Shell = {
		...createLocalShell(),
		run: async (_command, {signal} = {}) =>
			new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new CancelledError()))),
	};

	await createCollectdMonitor({instanceFolder, finishMs: 50}).finish(targetIn(home, hanging, said));

	assert.equal(
		said[0],
		'warning: Monitoring of master-1: the last measurements could not be fetched (it took too long).',
	);
});

test('what is cancelled ends quietly', async t => {
	const {home, instanceFolder} = await endedInstance(t);
	const said: string[] = [];
	const target = {...targetIn(home, createLocalShell(), said), signal: AbortSignal.abort()};

	await createCollectdMonitor({instanceFolder}).finish(target);

	assert.deepEqual(said, []);
	assert.equal(existsSync(join(target.folder, 'rrd')), false);
});

test('a piece whose name lies in the future is passed over with one warning, and measurements are fetched all the same', async t => {
	const {home, instanceFolder, end} = await endedInstance(t);
	const said: string[] = [];
	const target = targetIn(home, createLocalShell(), said);
	await mkdir(target.folder, {recursive: true});
	await writeFile(join(target.folder, 'xport-9999999000-9999999900.json'), '{}');
	const monitor = createCollectdMonitor({instanceFolder});

	await monitor.fetch(target);
	await monitor.fetch(target);

	const names = (await readdir(target.folder)).filter(name => name.startsWith('xport-'));
	assert.ok(
		names.some(name => name.endsWith(`-${end}.json`)),
		names.join(' '),
	);
	assert.equal(said.length, 1);
	assert.match(said[0] ?? '', /^warning: .*later than its clock/);
});
