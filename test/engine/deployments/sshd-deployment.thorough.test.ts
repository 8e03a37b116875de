import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import type {SshdCloud} from '../../helpers/sshd-cloud.js';
import {sshdContext, sshdDeployment, sshdPlaces, sshdRoot} from '../../helpers/sshd-deployment.js';

const idOf = async (cloud: SshdCloud, role: string) => (await cloud.describe({tags: {'d2cm:role': role}}))[0]?.id ?? '';

test('on real instances, nodes log in to each other without prompts, scripts see their environment, and results come home', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const journal = memoryJournal();
	const state = await runDeployment(sshdContext(root, sshdDeployment(root), journal));
	const events = journal.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	assert.equal(state, 'COMPLETED', events.join('\n'));
	const [master, slave] = [await idOf(cloud, 'Master'), await idOf(cloud, 'Slave')];
	const result = async (path: string) => readFile(join(folder, path), 'utf8');
	assert.equal(await result(`Master/${master}/root/out/peer`), 'slave-1\n');
	assert.equal(await result(`Master/${master}/root/out/hosts`), '2\n');
	assert.equal(await result(`Master/${master}/root/out/facts`), '2 Master 1 42 1 2 3\n');
	assert.equal(await result(`Slave/${slave}/root/out/runs`), 'ran Slave 1\n');
	assert.equal(await result(`Slave/${slave}/scripts/async-1/code`), '0\n');
	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder});
	assert.deepEqual(cloud.liveInstances(), []);
});

test('contextualization done twice changes nothing more, and keeps what the guest had', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const files = '/etc/hosts /root/.ssh/config /root/.ssh/authorized_keys /tmp/d2c.context';
	const deployment = sshdDeployment(root, {
		master: {
			uploads: [],
			startScripts: [`mkdir /root/out && md5sum ${files} >/root/out/sums && cat /etc/hosts >/root/out/hosts`],
			asyncScripts: [],
			doneChecks: [],
		},
	});
	const crash = new Error('crash');
	let died = false;
	const first = memoryJournal([], {
		async beforeAppend(_, entry) {
			died ||= entry.kind === 'step' && entry.step === 'contextualize' && entry.mark === 'finished' && !entry.subject;
			if (died) {
				throw crash;
			}
		},
	});
	await assert.rejects(runDeployment(sshdContext(root, deployment, first)), crash);
	const sums = async () => {
		const one = await idOf(cloud, 'Master');
		return execFileSync(
			'md5sum',
			files.split(' ').map(file => cloud.insidePath(one, file)),
			{encoding: 'utf8'},
		).replace(/\/proc\/\d+\/root/g, '');
	};
	const before = await sums();
	const second = memoryJournal([...first.records]);
	assert.equal(await runDeployment(sshdContext(root, deployment, second)), 'COMPLETED');
	const master = await idOf(cloud, 'Master');
	assert.deepEqual(
		(await readFile(join(folder, `Master/${master}/root/out/sums`), 'utf8')).split('\n').toSorted(),
		before.split('\n').toSorted(),
	);
	const hosts = await readFile(join(folder, `Master/${master}/root/out/hosts`), 'utf8');
	assert.match(hosts, /^# BEGIN d2cm\n127\.\S+ master-1\n127\.\S+ slave-1\n# END d2cm\n127\.0\.0\.1 localhost\n$/);
});

test('a start script that fails on a real instance is named with the last words of both its streams', async t => {
	const root = await sshdRoot(t);
	const deployment = sshdDeployment(root, {slave: {startScripts: ['echo looking; echo no such input >&2; exit 4']}});
	const journal = memoryJournal();
	assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'FAILED');
	const end = journal.records.find(record => record.kind === 'end');
	assert.match(
		end?.cause ?? '',
		/On slave-1 \(role Slave\) .* ended with exit code 4\. Its last errors: no such input\. Its last output: looking\.$/,
	);
	assert.deepEqual(sshdPlaces(root).cloud.liveInstances(), []);
});

test('an instance whose plug is pulled while its script runs ends the run', async t => {
	const root = await sshdRoot(t);
	const {cloud} = sshdPlaces(root);
	const deployment = sshdDeployment(root, {master: {asyncScripts: ['sleep 600']}});
	const journal = memoryJournal([], {
		async afterAppend(_, entry) {
			if (entry.kind === 'state' && entry.state === 'ROLES_STARTED') {
				cloud.vanish(await idOf(cloud, 'Slave'));
			}
		},
	});
	assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'FAILED');
	assert.match(journal.records.find(record => record.kind === 'end')?.cause ?? '', /slave-1 .* is gone/);
	assert.deepEqual(cloud.liveInstances(), []);
});
