import assert from 'node:assert/strict';
import {open, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {openMappedDisk} from '../../../../source/engine/migration/ebs-direct/open-mapped-disk.js';
import type {SnapshotDisk} from '../../../../source/engine/migration/ebs-direct/snapshot-disk.js';
import {uploadSnapshot} from '../../../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {uploadTrial} from '../../../helpers/ebs-upload.js';
import {makeVdi} from '../../../helpers/make-vdi.js';
import {assertSameBytes} from '../../../helpers/read-snapshot.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

test('an overlay over a real VDI is read as qemu-img converts it, and travels as it is', async t => {
	const folder = await temporaryFolder(t);
	// Not a multiple of 512 KiB.
	const {vdi} = await makeVdi(folder, 'desktop', {diskMib: 25, fileSystems: [{startMib: 1, sizeMib: 20}]});
	const overlay = join(folder, 'disk.qcow2');
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', vdi, overlay]);
	for (const write of ['write -P 7 5000000 70000', 'write -P 9 26000000 100000', 'write -z 1M 64k']) {
		await runProgram('qemu-io', ['-f', 'qcow2', '-c', write, overlay]);
	}

	const raw = join(folder, 'flat.raw');
	await runProgram('qemu-img', ['convert', '-O', 'raw', overlay, raw]);
	const flat = await readFile(raw);
	const disk = await openMappedDisk(overlay, 'qcow2');
	t.after(async () => disk.close());

	assert.equal(disk.sizeBytes, flat.length);
	const allocated = new Set(await allocatedBlocks(disk));
	for (let index = 0; index * 524_288 < flat.length; index++) {
		const expected = Buffer.alloc(524_288);
		flat.copy(expected, 0, index * 524_288);
		assert.ok((await disk.readBlock(index)).equals(expected), `block ${index}`);
		assert.ok(allocated.has(index) || expected.every(byte => byte === 0), `block ${index} is no hole`);
	}

	const {upload, calls} = await uploadTrial(t);
	const {snapshotId, sentBlocks} = await uploadSnapshot({...upload, disk});
	assert.ok(sentBlocks <= allocated.size);
	await assertSameBytes(calls, snapshotId, disk);
});

test('a VDI that ends too early is named, not filled up', async t => {
	const folder = await temporaryFolder(t);
	const {vdi} = await makeVdi(folder, 'desktop', {fileSystems: [{startMib: 1, sizeMib: 20}]});
	const disk = await openMappedDisk(vdi, 'vdi');
	t.after(async () => disk.close());
	const file = await open(vdi, 'r+');
	await file.truncate(1_200_000);
	await file.close();

	await assert.rejects(
		async () => {
			for (const index of await allocatedBlocks(disk)) {
				await disk.readBlock(index);
			}
		},
		{name: 'TruncatedImageError'},
	);
});

async function allocatedBlocks(disk: SnapshotDisk): Promise<readonly number[]> {
	const indexes: number[] = [];
	for await (const index of disk.allocated()) {
		indexes.push(index);
	}

	return indexes;
}
