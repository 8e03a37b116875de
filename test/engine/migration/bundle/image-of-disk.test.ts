import assert from 'node:assert/strict';
import {test} from 'node:test';
import {imageOfDisk} from '../../../../source/engine/migration/bundle/image-of-disk.js';
import {snapshotBlockBytes as block} from '../../../../source/engine/migration/ebs-direct/snapshot-disk.js';

const disk = {
	sizeBytes: 6 * block,
	allocated: () => [1, 4],
	readBlock: async (index: number) => Buffer.alloc(block, index),
	close: async () => undefined,
};

test('a part of a disk is a hole when no block in it was ever written', async () => {
	const image = await imageOfDisk(disk);

	assert.equal(image.isHole?.(2 * block, 2 * block), true);
	assert.equal(image.isHole?.(0, block), true);
	assert.equal(image.isHole?.(0, block + 1), false);
	assert.equal(image.isHole?.(5 * block - 1, 1), false);
	assert.equal(image.isHole?.(5 * block, block), true);
});

test('a part is read across the blocks in which it lies', async () => {
	const image = await imageOfDisk(disk);

	const part = await image.read(2 * block - 2, block + 3);

	assert.deepEqual(part, Buffer.concat([Buffer.alloc(2, 1), Buffer.alloc(block, 2), Buffer.alloc(1, 3)]));
});
