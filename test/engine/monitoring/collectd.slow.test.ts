import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {createCollectdMonitor} from '../../../source/engine/monitoring/collectd-monitor.js';
import type {MonitorTarget} from '../../../source/engine/monitoring/monitor.js';
import {readSeries} from '../../../source/engine/monitoring/read-series.js';
import {createLocalShell} from '../../helpers/local-shell.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('a real collectd is begun once, fetched, begun again when it died, and ended with its files brought', async t => {
	const home = await temporaryFolder(t);
	const instanceFolder = join(home, 'instance');
	const said: string[] = [];
	const target: MonitorTarget = {
		name: 'slave-2',
		shell: createLocalShell(),
		folder: join(home, 'monitoring/Slave/i-2'),
		say: async (level, message) => {
			said.push(`${level}: ${message}`);
		},
	};
	const pid = async () => Number(await readFile(join(instanceFolder, 'pid'), 'utf8'));
	const pieces = async () => (await readdir(target.folder)).filter(name => name.startsWith('xport-'));
	const monitor = createCollectdMonitor({instanceFolder});
	t.after(async () => monitor.finish(target));

	await monitor.begin(target);
	const first = await pid();
	// As after a resume: another process begins the same again.
	await createCollectdMonitor({instanceFolder}).begin(target);
	assert.equal(await pid(), first);
	assert.equal(execFileSync('pgrep', ['-fc', `${instanceFolder}/collectd.conf`], {encoding: 'utf8'}).trim(), '1');

	await delay(24_000);
	await monitor.fetch(target);
	assert.equal((await pieces()).length, 1);

	process.kill(first, 'SIGKILL');
	await delay(200);
	await monitor.fetch(target);
	assert.notEqual(await pid(), first);
	await delay(11_000);

	const second = await pid();
	await monitor.finish(target);
	assert.equal(existsSync(`/proc/${second}`), false);
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
