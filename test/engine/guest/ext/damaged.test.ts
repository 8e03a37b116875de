import assert from 'node:assert/strict';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {DamagedFileSystemError} from '../../../../source/engine/guest/ext/damaged-file-system-error.js';
import {openExt} from '../../../../source/engine/guest/ext/open-ext.js';
import type {BlockSource} from '../../../../source/engine/images/block-source.js';
import {makeVdi} from '../../../helpers/make-vdi.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const blockBytes = 1024;
/** Of the root folder: where its inode, its extents and its first block are in the disk. */
type Places = {readonly inode: number; readonly extents: number; readonly block: number; readonly blockNumber: number};

const damages: ReadonlyArray<{title: string; damage: (disk: Buffer, places: Places) => void}> = [
	{
		title: 'an extent node with more entries than fit',
		damage: (disk, {extents}) => disk.writeUInt16LE(200, extents + 2),
	},
	{title: 'an extent node without its mark', damage: (disk, {extents}) => disk.writeUInt16LE(0, extents)},
	{title: 'an extent tree too deep', damage: (disk, {extents}) => disk.writeUInt16LE(60, extents + 6)},
	{
		title: 'an extent node that is its own child',
		damage(disk, {extents, block, blockNumber}) {
			for (const [start, depth] of [
				[extents, 5],
				[block, 4],
			] as const) {
				disk.writeUInt16LE(0xf30a, start);
				disk.writeUInt16LE(1, start + 2);
				disk.writeUInt16LE(4, start + 4);
				disk.writeUInt16LE(depth, start + 6);
				disk.writeUInt32LE(0, start + 12);
				disk.writeUInt32LE(blockNumber, start + 16);
			}
		},
	},
	{title: 'an extent outside the disk', damage: (disk, {extents}) => disk.writeUInt32LE(0x7fffffff, extents + 12 + 8)},
	{title: 'an extent of no length', damage: (disk, {extents}) => disk.writeUInt16LE(0, extents + 12 + 4)},
	{title: 'a folder of a terabyte', damage: (disk, {inode}) => disk.writeUInt32LE(256, inode + 108)},
	{title: 'a folder entry of odd length', damage: (disk, {block}) => disk.writeUInt16LE(13, block + 4)},
	{title: 'a folder entry that leads out of its block', damage: (disk, {block}) => disk.writeUInt16LE(4096, block + 4)},
	{title: 'a name longer than its entry', damage: (disk, {block}) => disk.writeUInt8(255, block + 6)},
	{
		title: 'an entry whose inode there cannot be',
		damage: (disk, {block}) => {
			const entry = findEntry(disk, block, 'etc');
			disk.writeUInt32LE(0x7fffffff, entry);
		},
	},
	{
		title: 'pointers that lead out of the disk',
		damage(disk, {inode, extents}) {
			disk.writeUInt32LE(0, inode + 32);
			disk.fill(0xee, extents, extents + 60);
		},
	},
];

for (const {title, damage} of damages) {
	test(`${title} is called damage`, async t => {
		const {disk, places} = await makeDisk(t);
		damage(disk, places);
		const guest = await openExt(sourceOf(disk), 0);
		await assert.rejects(guest.readFile('/etc/file'), DamagedFileSystemError);
	});
}

test('a pointer block that points to itself ends', async t => {
	const {disk, places} = await makeDisk(t);
	disk.writeUInt32LE(0, places.inode + 32);
	disk.fill(0, places.extents, places.extents + 60);
	disk.writeUInt32LE(16 * 1024 * 1024, places.inode + 4);
	disk.writeUInt32LE(places.blockNumber, places.extents + 13 * 4);
	for (let offset = 0; offset < blockBytes; offset += 4) {
		disk.writeUInt32LE(places.blockNumber, places.block + offset);
	}

	const guest = await openExt(sourceOf(disk), 0);
	await assert.rejects(guest.readFile('/etc/file'), DamagedFileSystemError);
});

async function makeDisk(t: TestContext): Promise<{disk: Buffer; places: Places}> {
	const folder = await temporaryFolder(t);
	const tree = join(folder, 'tree');
	await mkdir(join(tree, 'etc'), {recursive: true});
	await writeFile(join(tree, 'etc/file'), 'content');
	const options = ['-t', 'ext4', '-b', String(blockBytes), '-I', '256', '-N', '64'];
	const {raw} = await makeVdi(folder, 'disk', {
		table: '',
		bootCode: '',
		diskMib: 8,
		fileSystems: [{tree, startMib: 0, sizeMib: 8, options}],
	});
	const disk = await readFile(raw);
	const guest = await openExt(sourceOf(disk), 0);
	assert.equal((await guest.readFile('/etc/file'))?.toString(), 'content');
	const inode = disk.readUInt32LE(2 * blockBytes + 8) * blockBytes + 256;
	const extents = inode + 40;
	const blockNumber = disk.readUInt32LE(extents + 12 + 8);
	return {disk, places: {inode, extents, blockNumber, block: blockNumber * blockBytes}};
}

function findEntry(disk: Buffer, block: number, name: string): number {
	for (let offset = block; offset < block + blockBytes; offset += disk.readUInt16LE(offset + 4)) {
		if (disk.toString('utf8', offset + 8, offset + 8 + disk.readUInt8(offset + 6)) === name) {
			return offset;
		}
	}

	throw new Error(`There is no ${name}.`);
}

function sourceOf(disk: Buffer): BlockSource {
	return {
		sizeBytes: disk.length,
		async read(offset, length) {
			assert.ok(offset >= 0 && offset + length <= disk.length, 'The reader left the disk.');
			return disk.subarray(offset, offset + length);
		},
		close: async () => undefined,
	};
}
