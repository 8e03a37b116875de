import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import test from 'node:test';
import type {DeploymentView, JobSummary, Orphan} from '../../source/actions/d2cm.js';
import {jobPaths} from '../../source/store/paths.js';
import {lockHolder} from '../../source/store/process-lock.js';
import {amiId, homeWithTemplate} from '../helpers/home-with-template.js';
import {notPrivate} from '../helpers/not-private.js';
import {askD2cm, runD2cm, startD2cm} from '../helpers/run-d2cm.js';
import {makeTinyImage} from '../helpers/tiny-image.js';

process.umask(0o077); // For what is made here by the test itself.

const secret = 'not-for-children';

test('a deployment outlives who started it, is taken up after a kill, and a cancel leaves nothing running', async t => {
	const home = await homeWithTemplate(t);
	await makeTinyImage(join(home, 'local'), amiId);
	process.umask(0); // What is started from here on has it.
	try {
		await walk(home);
	} finally {
		await endJobs(home);
		await runD2cm(home, 'reap', '--yes');
	}
});

async function walk(home: string): Promise<void> {
	const deploy = ['deploy', 'pair', '--cloud', 'local', '--size', '3', '--count', 'Slave=1'];

	const starter = startD2cm(home, [...deploy, '--yes', '--detach', '--json'], {AWS_SECRET_ACCESS_KEY: secret});
	let printed = '';
	starter.stdout?.on('data', (chunk: Buffer) => {
		printed += chunk.toString();
	});
	assert.equal(await new Promise(resolve => starter.once('close', resolve)), 0);
	const {id, folder} = JSON.parse(printed) as JobSummary;

	const view = async () => askD2cm<DeploymentView>(home, 'status', id);
	const until = async (isSo: (now: DeploymentView) => boolean): Promise<DeploymentView> => {
		for (;;) {
			const now = await view();
			if (isSo(now)) {
				return now;
			}

			await new Promise(resolve => setTimeout(resolve, 300));
		}
	};

	const running = await until(({nodes}) => nodes.filter(({instance}) => instance.state === 'running').length === 2);
	assert.equal(running.summary.alive, true);
	assert.deepEqual(
		running.nodes.map(({name}) => name),
		['master-1', 'slave-1'],
	);

	for (const made of ['deployments', 'local/instances', 'local/networks']) {
		assert.deepEqual(await notPrivate(join(home, made)), [], 'sockets and disks of instances too');
	}

	const follower = startD2cm(home, ['events', id, '--follow']);
	const remark = follower.stderr && text(follower.stderr);
	await once(follower.stdout ?? follower, 'data');
	follower.kill('SIGINT');
	assert.deepEqual(await once(follower, 'close'), [0, null]);
	assert.match((await remark) ?? '', new RegExp(`Job ${id} goes on by itself`));

	const holder = await lockHolder(jobPaths(folder).lock);
	assert.ok(holder);
	const environment = await readFile(`/proc/${holder.pid}/environ`, 'utf8');
	assert.equal(environment.includes(secret), false);
	const parent = /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${holder.pid}/status`, 'utf8'))?.[1];
	assert.notEqual(Number(parent), starter.pid);

	const refused = await runD2cm(home, 'delete', id);
	assert.equal(refused.status, 3);
	assert.match(refused.stderr, /is running/);

	process.kill(holder.pid, 'SIGKILL');
	await until(({summary}) => !summary.alive);
	assert.match((await runD2cm(home, 'status', id)).stdout, new RegExp(`stopped: d2cm resume ${id}`));
	assert.equal((await askD2cm<{orphans: Orphan[]}>(home, 'reap')).orphans.length, 2);

	const [resumed] = await askD2cm<readonly JobSummary[]>(home, 'resume');
	assert.deepEqual([resumed?.id, resumed?.alive], [id, true]);
	assert.deepEqual((await askD2cm<{orphans: Orphan[]}>(home, 'reap')).orphans, [], 'they are owned again');

	const next = await lockHolder(jobPaths(folder).lock);
	assert.ok(next);
	process.kill(next.pid, 'SIGKILL');
	await until(({summary}) => !summary.alive);
	// Nobody lives to cancel it, so that somebody is started.
	await askD2cm(home, 'cancel', id);
	const followed = await runD2cm(home, 'events', id, '--follow', '--json');
	assert.equal(followed.status, 130);
	assert.match(followed.stdout.trim().split('\n').at(-1) ?? '', /"kind":"end","state":"CANCELLED"/);

	const ended = await view();
	assert.deepEqual([ended.state, ended.summary.alive, ended.summary.end?.state], ['CANCELLED', false, 'CANCELLED']);
	assert.ok(ended.nodes.every(({instance}) => instance.state === 'terminated'));
	assert.equal((await askD2cm<{orphans: Orphan[]}>(home, 'reap')).orphans.length, 0);

	const cloned = await runD2cm(home, 'clone', id, '--count', 'Slave=2', '--yes', '--detach', '--json');
	assert.equal(cloned.status, 0, cloned.stderr);
	const clone = JSON.parse(cloned.stdout) as JobSummary;
	assert.notEqual(clone.id, id);
	assert.match(cloned.stderr, /\(3 instances on local\)/);
	await askD2cm(home, 'cancel', clone.id);
	assert.equal((await runD2cm(home, 'events', clone.id, '--follow')).status, 130);

	assert.equal((await runD2cm(home, 'delete', id, '--with-results')).status, 0);
	await assert.rejects(readdir(folder));
}

async function endJobs(home: string): Promise<void> {
	for (const {folder} of await askD2cm<readonly JobSummary[]>(home, 'status')) {
		const holder = await lockHolder(jobPaths(folder).lock);
		if (holder) {
			process.kill(holder.pid, 'SIGKILL');
		}
	}
}
