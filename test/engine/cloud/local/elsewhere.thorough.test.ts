import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {createInstanceFolder} from '../../../../source/engine/cloud/local/instance-record.js';
import {createLocalCloud} from '../../../../source/engine/cloud/local/local-cloud.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const record = {
	id: 'i-0000000a',
	imageId: 'ami-00000001',
	instanceType: 'local.small',
	vcpus: 1,
	memoryMib: 64,
	clientToken: 'token',
	tags: {},
	launchedAt: new Date().toISOString(),
	privateAddress: '10.10.0.2',
	sshPort: 1,
};

test('an instance that runs on another host or in another container is none that has ended: nobody takes its disk away', async t => {
	const folder = await temporaryFolder(t);
	const instance = await createInstanceFolder(folder, record);
	const disk = join(instance, 'disk.qcow2');
	execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '16M']);
	await writeFile(join(instance, 'started.json'), JSON.stringify({pid: 7, bootId: 'of another host', logBytes: 0}));
	const drive = {driver: 'qcow2', 'node-name': 'disk', file: {driver: 'file', filename: disk}};
	// It stands still, and is not in the folder of the instance: so it cannot be found, as little as on another host.
	const qemu = spawn('qemu-system-x86_64', [
		...['-display', 'none', '-nodefaults', '-S', '-m', '64M', '-qmp', 'stdio'],
		...['-blockdev', JSON.stringify(drive), '-device', 'virtio-blk-pci,drive=disk'],
	]);
	t.after(() => qemu.kill('SIGKILL'));
	const cloud = createLocalCloud({folder});
	const state = async () => (await cloud.describe({ids: [record.id]})).map(one => one.state).join();
	await once(qemu.stdout, 'data'); // It greets once it has the disk.

	assert.equal(await state(), 'running');
	await cloud.terminate([record.id]);
	assert.equal(await state(), 'shutting-down');
	assert.ok(existsSync(disk));

	qemu.kill('SIGKILL');
	await once(qemu, 'exit');
	assert.equal(await state(), 'terminated');
	assert.ok(!existsSync(disk));
});
