import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {open, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {test} from 'node:test';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {type SnapshotDisk, snapshotBlockBytes} from '../../../../source/engine/migration/ebs-direct/snapshot-disk.js';
import type {DiskStream} from '../../../../source/engine/migration/import-snapshot/disk-stream.js';
import {rawStream} from '../../../../source/engine/migration/import-snapshot/raw-stream.js';
import {vmdkStream} from '../../../../source/engine/migration/import-snapshot/vmdk-stream.js';
import {noise} from '../../../helpers/bundle-images.js';
import {createMemoryDisk} from '../../../helpers/memory-disk.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const gib = 2 ** 30;

/** Blocks that no compressor makes smaller, in between those that it does. */
function noisyDisk(sizeBytes: number, seeds: ReadonlyMap<number, number>): SnapshotDisk {
	const disk = createMemoryDisk(sizeBytes, seeds);
	return {
		...disk,
		allocated: disk.allocated,
		async readBlock(index) {
			const block = index % 3 === 1 ? noise(snapshotBlockBytes, index % 250) : await disk.readBlock(index);
			// Grains that hold nothing, between those that do.
			block.fill(0, 65_536, 3 * 65_536);
			return block.fill(0, Math.min(snapshotBlockBytes, sizeBytes - index * snapshotBlockBytes));
		},
	};
}

const disks: ReadonlyArray<readonly [what: string, disk: SnapshotDisk]> = [
	['a few blocks', noisyDisk(64 * 2 ** 20, new Map([0, 1, 2, 5, 100, 127].map(index => [index, index + 1])))],
	['nothing at all', createMemoryDisk(gib, new Map())],
	['zeros that are allocated', createMemoryDisk(gib, new Map([[7, 0]]))],
	['ends that lie far apart in a large disk', noisyDisk(40 * gib, new Map([0, 64, 65, 81_919].map(i => [i, i + 1])))],
	[
		'an end within a grain',
		noisyDisk(
			10 * 2 ** 20 + 512,
			new Map([
				[0, 1],
				[20, 7],
			]),
		),
	],
];

async function write({open: openStream}: DiskStream, file: string): Promise<readonly number[]> {
	const reads: number[] = [];
	await pipeline(Readable.from(openStream(bytes => reads.push(bytes))), createWriteStream(file));
	return reads;
}

for (const [what, disk] of disks) {
	test(`a VMDK of ${what} is read by QEMU as the disk it was made of`, async t => {
		const folder = await temporaryFolder(t);
		const stream = await vmdkStream(disk);
		const file = join(folder, 'disk.vmdk');
		const reads = await write(stream, file);

		assert.ok((await stat(file)).size <= stream.mostBytes);
		assert.equal(reads.at(-1) ?? 0, stream.dataBytes);
		const {stdout} = await runProgram('qemu-img', ['info', '--output=json', '-f', 'vmdk', file]);
		const {'format-specific': specific} = JSON.parse(stdout) as {'format-specific': {data: {'create-type': string}}};
		assert.equal(specific.data['create-type'], 'streamOptimized');
		await runProgram('qemu-img', ['check', '-f', 'vmdk', file]);
		const raw = join(folder, 'disk.raw');
		await runProgram('qemu-img', ['convert', '-f', 'vmdk', '-O', 'raw', file, raw]);
		await assertHolds(raw, disk);
	});
}

async function assertHolds(raw: string, disk: SnapshotDisk): Promise<void> {
	const handle = await open(raw, 'r');
	const {size, blocks} = await handle.stat();
	assert.equal(size, Math.ceil(disk.sizeBytes / 65_536) * 65_536);
	let allocated = 0;
	for await (const index of disk.allocated()) {
		const found = Buffer.alloc(snapshotBlockBytes);
		await handle.read(found, 0, snapshotBlockBytes, index * snapshotBlockBytes);
		assert.ok(found.equals(await disk.readBlock(index)), `block ${index}`);
		allocated += snapshotBlockBytes;
	}

	await handle.close();
	assert.ok(blocks * 512 <= allocated + 65_536, 'and nothing anywhere else');
}

test('the same disk gives the same VMDK, so that an upload can be gone on with', async () => {
	const [, disk] = disks[0] ?? assert.fail();
	const digests = await Promise.all(
		[1, 2].map(async () => {
			const hash = createHash('sha256');
			for await (const chunk of (await vmdkStream(disk)).open(() => undefined)) {
				hash.update(chunk);
			}

			return hash.digest('hex');
		}),
	);
	assert.equal(digests[0], digests[1]);
});

test('a raw stream is the disk with its holes', async t => {
	for (const [sizeBytes, seeds] of [
		[5 * 2 ** 20 + 512, [0, 3, 10]],
		[2 ** 20, []],
	] as const) {
		const disk = createMemoryDisk(sizeBytes, new Map(seeds.map(index => [index, index + 1])));
		const file = join(await temporaryFolder(t), 'disk.raw');
		const stream = rawStream(disk);
		const reads = await write(stream, file);

		assert.deepEqual([(await stat(file)).size, stream.mostBytes, reads.at(-1)], [sizeBytes, sizeBytes, sizeBytes]);
		const handle = await open(file, 'r');
		for (let index = 0; index * snapshotBlockBytes < sizeBytes; index++) {
			const found = Buffer.alloc(snapshotBlockBytes);
			await handle.read(found, 0, snapshotBlockBytes, index * snapshotBlockBytes);
			const whole = await disk.readBlock(index);
			whole.fill(0, Math.min(snapshotBlockBytes, sizeBytes - index * snapshotBlockBytes));
			assert.ok(found.equals(whole), `block ${index}`);
		}

		await handle.close();
	}
});
