import assert from 'node:assert/strict';
import {copyFileSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {appendFile, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import type {Cloud, Instance} from '../../../../source/engine/cloud/cloud.js';
import {ImageInUseError} from '../../../../source/engine/cloud/image-in-use-error.js';
import {probe} from '../../../../source/engine/cloud/local/accelerator.js';
import {findProcess} from '../../../../source/engine/cloud/local/find-process.js';
import {ImageChangedError} from '../../../../source/engine/cloud/local/image-changed-error.js';
import {instanceFolder, listInstanceIds} from '../../../../source/engine/cloud/local/instance-record.js';
import {InstanceStartError} from '../../../../source/engine/cloud/local/instance-start-error.js';
import {localImageFolder} from '../../../../source/engine/cloud/local/local-image.js';
import {readQemuBuild} from '../../../../source/engine/cloud/local/qemu-build.js';
import {makeTinyCloud, type TinyCloud, tagsOf} from '../../../helpers/tiny-cloud.js';
import {tinyLine} from '../../../helpers/tiny-image.js';

async function reserveOne(tiny: TinyCloud): Promise<Instance> {
	const [instance] = await tiny.cloud.reserve(tiny.request());
	assert.ok(instance);
	return instance;
}

async function ended(cloud: Cloud, id: string): Promise<Instance> {
	for (let tries = 0; tries < 200; tries++) {
		const [now] = await cloud.describe({ids: [id]});
		if (now?.state === 'terminated') {
			return now;
		}

		await delay(100);
	}

	throw new Error('It did not end.');
}

test('a guest that powers itself off is terminated, by itself, and its secret and disk are removed', async t => {
	const tiny = await makeTinyCloud('powers off after 2 s');
	t.after(() => tiny.close());
	const {id} = await reserveOne(tiny);

	const {stateReason, ssh} = await ended(tiny.cloud, id);

	assert.match(stateReason ?? '', /^Client\.InstanceInitiatedShutdown/);
	assert.equal(ssh, undefined);
	const left = await readdir(instanceFolder(tiny.folder, id));
	assert.deepEqual(
		left.filter(name => ['seed.raw', 'disk.qcow2', 'qmp.sock'].includes(name)),
		[],
	);
	assert.match(await tiny.cloud.consoleOutput(id), new RegExp(`^${tinyLine}$`, 'm'));
});

for (const [signal, words] of [
	['SIGKILL', /without a word/],
	['SIGTERM', /terminating on signal 15/],
] as const) {
	test(`an instance whose QEMU got ${signal} is terminated, with the reason`, async t => {
		const tiny = await makeTinyCloud();
		t.after(() => tiny.close());
		const {id} = await reserveOne(tiny);
		const pid = await findProcess(instanceFolder(tiny.folder, id));
		assert.ok(pid);

		process.kill(pid, signal);

		const {stateReason} = await ended(tiny.again(), id);
		assert.match(stateReason ?? '', /^Server\.InternalError: QEMU ended/);
		assert.match(stateReason ?? '', words);
	});
}

test('an instance whose QEMU does not answer is ended all the same', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const {id} = await reserveOne(tiny);
	const pid = await findProcess(instanceFolder(tiny.folder, id));
	assert.ok(pid);
	process.kill(pid, 'SIGSTOP');

	assert.equal((await tiny.cloud.describe({ids: [id]}))[0]?.state, 'running');
	const terminating = tiny.cloud.terminate([id]);
	await delay(1500);
	assert.equal((await tiny.again().describe({ids: [id]}))[0]?.state, 'shutting-down');
	await terminating;

	assert.match((await ended(tiny.cloud, id)).stateReason ?? '', /^Client\.UserInitiatedShutdown/);
	assert.equal(await findProcess(instanceFolder(tiny.folder, id)), undefined);
});

test('the folder of an instance is private, and neither key nor user data is in its command line', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const [instance] = await tiny.cloud.reserve(tiny.request({userData: 'SECRET-HOST-KEY'}));
	assert.ok(instance);
	const folder = instanceFolder(tiny.folder, instance.id);

	assert.equal((await stat(folder)).mode & 0o777, 0o700);
	assert.equal((await stat(join(folder, 'seed.raw'))).mode & 0o777, 0o600);
	const pid = await findProcess(folder);
	assert.match(await readFile(`/proc/${pid}/status`, 'utf8'), /^Seccomp:\s*2$/m, 'it runs in its sandbox');
	for (const name of ['cmdline', 'environ']) {
		assert.doesNotMatch(await readFile(`/proc/${pid}/${name}`, 'utf8'), /SECRET-HOST-KEY|ssh-ed25519/);
	}

	for (const name of await readdir(folder)) {
		if (name.endsWith('.json')) {
			assert.doesNotMatch(await readFile(join(folder, name), 'utf8'), /SECRET-HOST-KEY/);
		}
	}
});

test('when one QEMU of several does not start, none is left, and the token may be used again', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const request = tiny.request({count: 3});
	let disks = 0;
	const spoiling = tiny.again({
		trace(point, id = '') {
			if (point === 'disk made' && ++disks === 2) {
				writeFileSync(join(instanceFolder(tiny.folder, id), 'disk.qcow2'), 'no disk');
			}
		},
	});

	await assert.rejects(spoiling.reserve(request), InstanceStartError);

	assert.deepEqual(await listInstanceIds(tiny.folder), []);
	assert.deepEqual(await tiny.cloud.describe({tags: tagsOf(request)}), []);
	assert.equal((await tiny.cloud.reserve(request)).length, 3);
});

test('an AMI whose VDI was changed or is gone is not started, and is shown as failed', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	await appendFile(tiny.image.vdi.file, 'x');
	await assert.rejects(reserveOne(tiny), ImageChangedError);
	assert.equal((await tiny.cloud.images())[0]?.state, 'failed');
	await rm(tiny.image.vdi.file);
	await assert.rejects(reserveOne(tiny), /is gone/);
	assert.deepEqual(await listInstanceIds(tiny.folder), []);
});

test('another VDI that takes the place of the one that was looked at, before QEMU opens it, runs nothing', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const request = tiny.request();
	const {file} = tiny.image.vdi;
	const swapping = tiny.again({
		trace(point) {
			if (point === 'disk made') {
				copyFileSync(file, `${file}.other`);
				renameSync(`${file}.other`, file);
			}
		},
	});

	await assert.rejects(swapping.reserve(request), {
		name: 'ImageChangedError',
		message: /is not what was migrated: another file took its place while it was started\.$/,
	});
	const states = (await tiny.cloud.describe({tags: tagsOf(request)})).map(({state}) => state);
	assert.ok(
		states.every(state => state === 'terminated'),
		states.join(),
	);
});

test('an AMI is not removed while an instance runs from it', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const {id} = await reserveOne(tiny);
	await assert.rejects(tiny.cloud.deregisterImage(tiny.image.id), ImageInUseError);
	await tiny.cloud.terminate([id]);
	await tiny.cloud.deregisterImage(tiny.image.id);
	assert.deepEqual(await tiny.cloud.images(), []);
	await assert.rejects(stat(localImageFolder(tiny.folder, tiny.image.id)));
});

test('the instances of a home with a very long path start and are found', async t => {
	const tiny = await makeTinyCloud('halts', 'a folder, with "signs" and spaces/'.repeat(5));
	t.after(() => tiny.close());
	const {id, state} = await reserveOne(tiny);
	assert.equal(state, 'running');
	await tiny.cloud.terminate([id]);
	assert.equal((await tiny.cloud.describe({ids: [id]}))[0]?.state, 'terminated');
});

test('a guest without virtio drivers gets a SATA disk and Intel cards', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const file = join(localImageFolder(tiny.folder, tiny.image.id), 'image.json');
	await writeFile(file, JSON.stringify({...tiny.image, drivers: {virtio: false}}));
	const {id} = await reserveOne(tiny);
	const pid = await findProcess(instanceFolder(tiny.folder, id));
	assert.match(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /ahci.*e1000/s);
	for (let tries = 0; !(await tiny.cloud.consoleOutput(id)).includes(tinyLine); tries++) {
		assert.ok(tries < 100);
		await delay(100);
	}
});

test('a terminated instance is forgotten after an hour, its token after a day', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const request = tiny.request();
	const [first] = await tiny.cloud.reserve(request);
	assert.ok(first);
	await tiny.cloud.terminate([first.id]);
	const inHours = (hours: number) =>
		tiny.again({clock: {now: () => new Date(Date.now() + hours * 3_600_000), sleep: async () => undefined}});

	assert.equal((await inHours(0.9).describe({ids: [first.id]})).length, 1);
	assert.equal((await inHours(1.1).describe({ids: [first.id]})).length, 0);
	assert.deepEqual((await inHours(23).reserve(request))[0]?.id, first.id);
	const [second] = await inHours(25).reserve(request);
	assert.notEqual(second?.id, first.id);
	assert.deepEqual(await listInstanceIds(tiny.folder), [second?.id]);
});

test('a port of the loopback interface that was taken meanwhile is replaced', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const server = createServer();
	t.after(() => server.close());
	let taken: number | undefined;
	const unlucky = tiny.again({
		trace(point, id = '') {
			if (point === 'seed made') {
				const record = readFileSync(join(instanceFolder(tiny.folder, id), 'instance.json'), 'utf8');
				taken = Number(/"sshPort": (\d+)/.exec(record)?.[1]);
				server.listen(taken, '127.0.0.1');
			}
		},
	});
	const [instance] = await unlucky.reserve(tiny.request());
	assert.ok(taken);
	assert.equal(instance?.state, 'running');
	assert.notEqual(instance?.ssh?.port, taken);
});

test('a probe of one sector boots, and tells in a sentence how', async t => {
	const tiny = await makeTinyCloud();
	t.after(() => tiny.close());
	const {accelerator, why} = await probe(tiny.folder, 'tcg', await readQemuBuild());
	assert.equal(accelerator, 'tcg');
	assert.match(why, /^A probe booted by tcg in \d+ ms\.$/);
	assert.ok(!(await readdir(tiny.folder)).some(name => name.startsWith('probe-')));
});
