import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {chmod, readFile, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type TestContext, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {createCollectdMonitor} from '../../../source/engine/monitoring/collectd-monitor.js';
import type {MonitorTarget} from '../../../source/engine/monitoring/monitor.js';
import {createLocalShell} from '../../helpers/local-shell.js';
import {privateMounts} from '../../helpers/private-mounts.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

/** This machine as one where collectd's plug-ins are not there, and where apt-get is the script given. */
async function instanceWithout(t: TestContext, aptGet: string) {
	// Hooks run in the order they were made: collectd ends before its folder and its mounts go.
	let stop: () => Promise<void> = async () => undefined;
	t.after(async () => stop());
	const home = await temporaryFolder(t);
	const instanceFolder = join(home, 'instance');
	await writeFile(join(home, 'apt-get'), `#!/bin/sh\n${aptGet}\n`);
	await chmod(join(home, 'apt-get'), 0o755);
	const prefix = await privateMounts(
		t,
		`mount -t tmpfs none /usr/lib/collectd
		mount -t tmpfs none /etc/apt/apt.conf.d
		mount --bind ${join(home, 'apt-get')} /usr/bin/apt-get`,
	);
	const said: string[] = [];
	const target: MonitorTarget = {
		name: 'master-1',
		shell: createLocalShell({prefix}),
		folder: join(home, 'monitoring/Master/i-1'),
		say: async (level, message) => {
			said.push(`${level}: ${message}`);
		},
	};
	const monitor = createCollectdMonitor({instanceFolder});
	stop = async () => monitor.finish(target);
	return {home, instanceFolder, target, said, monitor};
}

/** Fetches until something more was said. */
async function nextWord({
	monitor,
	target,
	said,
}: Awaited<ReturnType<typeof instanceWithout>>): Promise<string | undefined> {
	const before = said.length;
	for (const limit = Date.now() + 120_000; Date.now() < limit && said.length === before; ) {
		await delay(50);
		await monitor.fetch(target);
	}

	return said[before];
}

const begins = 'info: Monitoring of master-1 begins once collectd is installed there.';

test('where collectd cannot be installed that is said once, with the reason', async t => {
	const fixture = resolve('test/fixtures/apt/no-network.txt');
	const instance = await instanceWithout(t, `cat ${fixture}; exit 100`);
	const {monitor, target, said} = instance;

	await monitor.begin(target);
	assert.deepEqual(said, [begins]);
	assert.equal(
		await nextWord(instance),
		'warning: Monitoring of master-1 is off: collectd could not be installed (no network).',
	);

	await monitor.fetch(target);
	await monitor.finish(target);
	assert.equal(said.length, 2);
});

test('an installation goes on beside the start-up, makes other package managers wait, and collectd is on after it', async t => {
	const folder = await temporaryFolder(t);
	const [log, mayEnd] = [join(folder, 'log'), join(folder, 'may-end')];
	const instance = await instanceWithout(
		t,
		`cat /etc/apt/apt.conf.d/* >${log}; echo "$@" >>${log}; while [ ! -e ${mayEnd} ]; do sleep 0.05; done; umount /usr/lib/collectd`,
	);
	const {instanceFolder, monitor, target, said} = instance;

	await monitor.begin(target);
	await monitor.begin(target);
	await monitor.fetch(target);
	assert.deepEqual(said, [begins]);
	await writeFile(mayEnd, '');

	assert.equal(await nextWord(instance), 'info: Monitoring of master-1 is on.');

	const words = await readFile(log, 'utf8');
	assert.match(words, /^DPkg::Lock::Timeout "900";\n.* install --no-install-recommends collectd-core rrdtool\n$/);
	assert.equal((await target.shell.run('ls /etc/apt/apt.conf.d')).stdout, '');
	assert.match(await readFile(join(instanceFolder, 'pid'), 'utf8'), /^\d+\n$/);

	await monitor.finish(target);
	assert.equal(existsSync(join(instanceFolder, 'pid')), false, 'finish has stopped our collectd');
});
