import {mkdir, open, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {crc32} from 'node:zlib';
import {openExt} from '../../../source/engine/guest/ext/open-ext.js';
import type {GuestDisk} from '../../../source/engine/guest/guest-disk.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {type BlockSource, mostReadBytes} from '../../../source/engine/images/block-source.js';
import {inspectImage} from '../../../source/engine/images/inspect-image.js';
import {openVdi} from '../../../source/engine/images/open-vdi.js';
import {readPartitionTable} from '../../../source/engine/images/partition-table.js';
import {probeFileSystem} from '../../../source/engine/images/probe-file-system.js';
import {fakeRelease, writeFakeDebian} from '../../helpers/fake-debian.js';
import {makeVdi} from '../../helpers/make-vdi.js';
import {type Boundary, must, ours} from './boundary.js';
import {border, type Chance, changeInPlace} from './mutate.js';

const mib = 2 ** 20;

type Window = readonly [start: number, end: number];

/** Bytes that are changed for one case, and are as they were before the next one is made. */
class SpoiltBytes {
	readonly bytes: Buffer;
	#windows: Window[] = [];

	constructor(readonly good: Buffer) {
		this.bytes = Buffer.from(good);
	}

	mend(): void {
		for (const [start, end] of this.#windows) {
			this.good.copy(this.bytes, start, start, end);
		}

		this.#windows = [];
	}

	/** Changes something in one of these places, or anywhere in a part of another. */
	spoil(chance: Chance, places: readonly Window[]): void {
		for (let left = chance.few(8); left > 0; left--) {
			const window = this.open(partOf(chance, chance.of(places)));
			changeInPlace(chance, this.bytes.subarray(0, window[1]), window);
		}
	}

	/** What stands there may be written to. */
	open([start, end]: Window): Window {
		const window: Window = [Math.max(0, start - 256), Math.min(this.bytes.length, end + 256)];
		this.#windows.push(window);
		return [Math.max(0, start), Math.min(this.bytes.length, end)];
	}

	get windows(): readonly Window[] {
		return this.#windows;
	}
}

/** At most so much is copied for a case. */
const mostWindow = 16_384;

function partOf(chance: Chance, [start, end]: Window): Window {
	const from = start + chance.below(Math.max(1, end - start - mostWindow));
	return [from, Math.min(end, from + mostWindow)];
}

function sourceOf(bytes: Buffer): BlockSource {
	return {
		sizeBytes: bytes.length,
		async read(offset, length) {
			if (!(offset >= 0 && length >= 0 && length <= mostReadBytes && offset + length <= bytes.length)) {
				throw new RangeError(`Cannot read ${length} bytes at ${offset}.`);
			}

			return Buffer.from(bytes.subarray(offset, offset + length));
		},
		close: async () => undefined,
	};
}

const vdi: Boundary & {readonly name: 'vdi'} = {
	name: 'vdi',
	weight: 6,
	async open(folder) {
		const tree = join(folder, 'tree');
		await writeFakeDebian(tree);
		const {vdi: file} = await makeVdi(folder, 'disk', {fileSystems: [{tree, startMib: 1, sizeMib: 22}]});
		const image = new SpoiltBytes(await readFile(file));
		const handle = await open(file, 'r+');
		const map = image.good.readUInt32LE(0x154);
		const blocks = image.good.readUInt32LE(0x180);
		return {
			make(chance) {
				const before = image.windows;
				image.mend();
				const cut = chance.is(0.05) ? chance.below(image.good.length) : image.good.length;
				image.spoil(chance, [
					[0x40, 0x1d0],
					[map, map + 4 * blocks],
				]);
				// All of the head is written each time, so that a case may be run alone.
				return {
					size: image.good.length,
					async run() {
						for (const [start, end] of [...before, ...image.windows]) {
							await handle.write(image.bytes, start, end - start, start);
						}

						await handle.truncate(cut);
						const outcome = await ours(async () => {
							const source = await openVdi(file);
							try {
								for (let block = 0; block < source.sizeBytes / mib && block < 64; block++) {
									const [at, length] = [block * mib, Math.min(65_536, source.sizeBytes - block * mib)];
									must((await source.read(at, length)).length === length, 'A read was short.');
								}
							} finally {
								await source.close();
							}
						});
						await handle.truncate(image.good.length);
						if (cut < image.good.length) {
							await handle.write(image.good, cut, image.good.length - cut, cut);
						}

						return outcome;
					},
				};
			},
			close: async () => handle.close(),
		};
	},
};

const wholeDisk: Boundary & {readonly name: 'disk'} = {
	name: 'disk',
	weight: 1,
	async open(folder) {
		const tree = join(folder, 'tree');
		await writeFakeDebian(tree);
		const {vdi: file} = await makeVdi(folder, 'disk', {
			kind: 'static',
			fileSystems: [{tree, startMib: 1, sizeMib: 22}],
		});
		const image = new SpoiltBytes(await readFile(file));
		const handle = await open(file, 'r+');
		const data = image.good.readUInt32LE(0x158);
		return {
			make(chance) {
				const before = image.windows;
				image.mend();
				image.spoil(chance, [[0x40, 0x1d0], [data + 440, data + 512], ...extPlaces(image.good, data + mib)]);
				return {
					size: image.good.length,
					async run() {
						for (const [start, end] of [...before, ...image.windows]) {
							await handle.write(image.bytes, start, end - start, start);
						}

						return ours(async () => {
							const {verdict, findings, kernels} = await inspectImage(file);
							must(['fits', 'will-be-fixed', 'cannot-run'].includes(verdict), `The verdict is ${verdict}.`);
							must(findings.length > 0 && kernels.length < 1000, 'Nothing was found.');
						});
					},
				};
			},
			close: async () => handle.close(),
		};
	},
};

const partitionTables: Boundary & {readonly name: 'partition-table'} = {
	name: 'partition-table',
	weight: 12,
	async open() {
		const size = 2 * mib;
		const disk = new SpoiltBytes(Buffer.alloc(size));
		return {
			make(chance) {
				disk.mend();
				const isGpt = chance.is(0.5);
				disk.open([0, 4 * 512]);
				writeBootRecord(chance, disk.bytes, 0, isGpt);
				for (let left = chance.below(6); left > 0; left--) {
					const at = 512 * chance.below(64);
					disk.open([at, at + 512]);
					writeBootRecord(chance, disk.bytes, at, false);
				}

				if (isGpt) {
					disk.open([512, 512 + 33 * 512]);
					disk.open([size - 33 * 512, size]);
					writeGpt(chance, disk.bytes, 1, 2);
					writeGpt(chance, disk.bytes, size / 512 - 1, size / 512 - 33);
				}

				if (chance.is(0.3)) {
					disk.spoil(chance, [
						[440, 512],
						[512, 2048],
					]);
				}

				return {
					size,
					run: async () =>
						ours(async () => {
							const source = sourceOf(disk.bytes);
							const {partitions} = await readPartitionTable(source, 'disk.vdi');
							must(partitions.length > 0 && partitions.length < 10_000, `${partitions.length} partitions`);
							for (const {startBytes, sizeBytes} of partitions) {
								must(startBytes >= 0 && sizeBytes > 0, 'A partition has no bytes.');
								must(startBytes + sizeBytes <= size, 'A partition ends behind the disk.');
								await probeFileSystem(source, startBytes, sizeBytes);
							}
						}),
				};
			},
		};
	},
};

function writeBootRecord(chance: Chance, bytes: Buffer, at: number, isProtective: boolean): void {
	bytes.set([0x55, 0xaa], at + 510);
	for (let entry = 0; entry < 4; entry++) {
		const place = at + 446 + 16 * entry;
		const type = entry === 0 && isProtective ? 0xee : chance.of([0, 0, 0x83, 0x82, 0x05, 0x0f, 0x85, 0xee, 0xef]);
		bytes[place] = chance.of([0, 0, 0, 0x80]);
		bytes[place + 4] = type;
		bytes.writeUInt32LE(sector(chance), place + 8);
		bytes.writeUInt32LE(sector(chance), place + 12);
	}
}

/** Mostly one that is on the disk. */
const sector = (chance: Chance): number => (chance.is(0.8) ? chance.below(64) : Number(border(chance) & 0xffff_ffffn));

/** Its sums are right, so that what it claims is looked at. */
function writeGpt(chance: Chance, bytes: Buffer, headerSector: number, tableSector: number): void {
	const at = headerSector * 512;
	const count = chance.of([0, 1, 4, 128, 128, 1000, 0xffff_ffff]);
	const entryBytes = chance.of([128, 128, 128, 256, 127, 4096, 0]);
	const table = chance.is(0.9) ? tableSector : sector(chance);
	const [from, to] = [tableSector * 512, Math.min(bytes.length, tableSector * 512 + 32 * 512)];
	for (let entry = from; entry + 128 <= to; entry += 128) {
		if (chance.is(0.1)) {
			for (let place = 0; place < 32; place++) {
				bytes[entry + place] = chance.below(256);
			}

			const number = () => (chance.is(0.7) ? BigInt(chance.below(8192)) : border(chance)) & 0xffff_ffff_ffff_ffffn;
			bytes.writeBigUInt64LE(number(), entry + 32);
			bytes.writeBigUInt64LE(number(), entry + 40);
		}
	}

	bytes.write('EFI PART', at, 'latin1');
	bytes.writeUInt32LE(0x10000, at + 8);
	bytes.writeUInt32LE(chance.of([92, 92, 92, 512, 91, 513, 0]), at + 12);
	bytes.writeBigUInt64LE(chance.is(0.95) ? BigInt(table) : border(chance), at + 72);
	bytes.writeUInt32LE(count, at + 80);
	bytes.writeUInt32LE(entryBytes, at + 84);
	const end = Math.min(bytes.length, table * 512 + count * entryBytes);
	bytes.writeUInt32LE(crc32(bytes.subarray(Math.min(end, table * 512), end)), at + 88);
	bytes.writeUInt32LE(0, at + 16);
	bytes.writeUInt32LE(crc32(bytes.subarray(at, at + Math.min(512, bytes.readUInt32LE(at + 12)))), at + 16);
}

const extKinds = [
	['-t', 'ext4', '-O', 'inline_data'],
	['-t', 'ext4', '-b', '4096'],
	['-t', 'ext4', '-b', '1024', '-O', 'meta_bg,^resize_inode'],
	['-t', 'ext3', '-b', '1024'],
	['-t', 'ext2', '-b', '1024', '-O', '^dir_index'],
] as const;

const ext: Boundary & {readonly name: 'ext'} = {
	name: 'ext',
	weight: 12,
	async open(folder) {
		const tree = join(folder, 'tree');
		await writeFakeDebian(tree, {'boot/long': '-> '.concat('../boot/'.repeat(20), 'grub')});
		await mkdir(join(tree, 'many'));
		await Promise.all(
			Array.from({length: 200}, async (_, index) =>
				writeFile(join(tree, 'many', `file-number-${index}`), 'a'.repeat(index)),
			),
		);
		const images: SpoiltBytes[] = [];
		for (const options of extKinds) {
			const file = join(folder, `${images.length}.raw`);
			await runProgram('mke2fs', ['-q', '-F', ...options, '-d', tree, file, '2M']);
			images.push(new SpoiltBytes(await readFile(file)));
		}

		return {
			make(chance) {
				const image = chance.of(images);
				image.mend();
				image.spoil(chance, extPlaces(image.good, 0));
				if (chance.is(0.2)) {
					growExtents(chance, image);
				}

				return {
					size: image.good.length,
					run: async () => ours(async () => walk(await openExt(sourceOf(image.bytes), 0))),
				};
			},
		};
	},
};

/** Where an ext file system says how it is made: superblock, groups, inodes, folders. */
function extPlaces(bytes: Buffer, start: number): readonly Window[] {
	const block = 1024 << bytes.readUInt32LE(start + 1024 + 24);
	const descriptors = start + (block === 1024 ? 2048 : block);
	const inodes = start + bytes.readUInt32LE(descriptors + 8) * block;
	return [
		[start + 1024, start + 1424],
		[descriptors, descriptors + 64],
		[inodes + 128, inodes + 640],
		[inodes, inodes + 80 * 256],
		[inodes, inodes + 80 * 256],
		// Folders and small files.
		[inodes, Math.min(bytes.length, start + mib)],
	];
}

/** A tree of extents out of nothing, in some inode. */
function growExtents(chance: Chance, image: SpoiltBytes): void {
	const [, , , inodes = [0, 0]] = extPlaces(image.good, 0);
	const inode = inodes[0] + 256 * chance.of([1, 1, 11, 12, 13, 20, chance.below(80)]);
	image.open([inode, inode + 256]);
	const {bytes} = image;
	bytes.writeUInt32LE((bytes.readUInt32LE(inode + 32) | 0x80000) >>> 0, inode + 32);
	const at = inode + 40;
	bytes.writeUInt16LE(0xf30a, at);
	bytes.writeUInt16LE(chance.of([0, 1, 2, 4, 5, 340, 65_535]), at + 2);
	bytes.writeUInt16LE(chance.of([4, 4, 0, 65_535]), at + 4);
	bytes.writeUInt16LE(chance.of([0, 0, 1, 2, 5, 6, 65_535]), at + 6);
	for (let entry = at + 12; entry < at + 60; entry += 12) {
		bytes.writeUInt32LE(chance.is(0.7) ? chance.below(8) : Number(border(chance) & 0xffff_ffffn), entry);
		bytes.writeUInt16LE(chance.of([0, 1, 2, 32_768, 32_769, 65_535]), entry + 4);
		bytes.writeUInt32LE(chance.is(0.7) ? chance.below(4096) : Number(border(chance) & 0xffff_ffffn), entry + 8);
	}
}

const wellKnown = [
	'/etc/fstab',
	'/etc/os-release',
	'/bin/sh',
	'/lib/systemd/systemd',
	`/boot/initrd.img-${fakeRelease}`,
	'/boot/long/grub.cfg',
	'/boot/../../../etc/passwd',
];

/** Everything an inspection does with a guest's files, for some of them. */
async function walk(disk: GuestDisk): Promise<void> {
	for (const path of wellKnown) {
		await disk.stat(path);
		const content = await disk.readFile(path, 65_536);
		must((content?.length ?? 0) <= 65_536, 'More was read than was asked for.');
		await disk.readLink(path);
	}

	let left = 20;
	const folders = ['/'];
	while (folders.length > 0 && left > 0) {
		const folder = folders.pop() ?? '/';
		for (const name of (await disk.list(folder)).slice(0, 12)) {
			const path = `${folder}/${name}`;
			const stat = left-- > 0 ? await disk.stat(path) : undefined;
			must(stat === undefined || stat.size >= 0, `The size of ${path} is ${stat?.size}.`);
			if (stat?.kind === 'folder') {
				folders.push(path);
			}
		}
	}
}

export const diskBoundaries = [vdi, wholeDisk, partitionTables, ext] as const;
