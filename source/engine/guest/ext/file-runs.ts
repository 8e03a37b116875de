import {DamagedFileSystemError} from './damaged-file-system-error.js';
import type {ExtVolume} from './ext-volume.js';
import type {Inode} from './inode.js';

/** Consecutive blocks of a file that also lie side by side on the disk. What no run covers is a hole. */
export type Run = {readonly logical: number; readonly physical: number; readonly count: number};

/** Blocks of pointers or extents one file may have: enough for 4 TiB with blocks of 4 KiB. */
const mostMetaBlocks = 300_000;
const deepest = 5;

/**
Gives the runs of a file in order, up to a block of it. Reads its tree or its pointers only as far as that; whatever they
say, it ends: runs must ascend, and no node may be empty.
*/
export function fileRuns(volume: ExtVolume, inode: Inode, endBlock: number): AsyncGenerator<Run> {
	return inode.usesExtents ? extentRuns(volume, inode, endBlock) : pointerRuns(volume, inode, endBlock);
}

async function* extentRuns(volume: ExtVolume, inode: Inode, endBlock: number): AsyncGenerator<Run> {
	const damaged = (fault: string) => new DamagedFileSystemError(`the extents of inode ${inode.number} ${fault}`);
	let visited = 0;
	let next = 0;

	async function* walk(node: Buffer, depthExpected: number | undefined): AsyncGenerator<Run> {
		const entries = node.readUInt16LE(2);
		const depth = node.readUInt16LE(6);
		if (node.readUInt16LE(0) !== 0xf30a || entries > (node.length - 12) / 12) {
			throw damaged('have a node that is none');
		}

		if (entries === 0 && depthExpected !== undefined) {
			throw damaged('have an empty node');
		}

		if (depth > deepest || (depthExpected !== undefined && depth !== depthExpected)) {
			throw damaged('have a node at the wrong depth');
		}

		for (let entry = 12; entry < 12 + entries * 12; entry += 12) {
			const logical = node.readUInt32LE(entry);
			if (logical >= endBlock) {
				return;
			}

			if (depth > 0) {
				if (++visited > mostMetaBlocks) {
					throw damaged('do not end');
				}

				const child = node.readUInt32LE(entry + 4) + node.readUInt16LE(entry + 8) * 2 ** 32;
				yield* walk(await volume.readBlock(child), depth - 1);
				continue;
			}

			const length = node.readUInt16LE(entry + 4);
			const isWritten = length <= 32_768;
			const count = isWritten ? length : length - 32_768;
			const physical = node.readUInt32LE(entry + 8) + node.readUInt16LE(entry + 6) * 2 ** 32;
			if (logical < next || count === 0) {
				throw damaged('are not in order');
			}

			if (physical + count > volume.superblock.blockCount) {
				throw damaged('lead out of the file system');
			}

			next = logical + count;
			if (isWritten) {
				yield {logical, physical, count};
			}
		}
	}

	yield* walk(inode.body, undefined);
}

async function* pointerRuns(volume: ExtVolume, inode: Inode, endBlock: number): AsyncGenerator<Run> {
	const {blockBytes, blockCount} = volume.superblock;
	const perBlock = blockBytes / 4;
	const damaged = (fault: string) => new DamagedFileSystemError(`the block pointers of inode ${inode.number} ${fault}`);
	let visited = 0;
	let logical = 0;
	let run: Run | undefined;

	/** Takes the next pointer; level 0 is data. Gives back a run when a new one began. */
	async function* take(pointer: number, level: number): AsyncGenerator<Run> {
		if (logical >= endBlock) {
			return;
		}

		if (pointer === 0) {
			logical += perBlock ** level;
			return;
		}

		if (pointer >= blockCount) {
			throw damaged('lead out of the file system');
		}

		if (level > 0) {
			if (++visited > mostMetaBlocks) {
				throw damaged('do not end');
			}

			const block = await volume.readBlock(pointer);
			for (let offset = 0; offset < blockBytes; offset += 4) {
				yield* take(block.readUInt32LE(offset), level - 1);
			}

			return;
		}

		if (run && logical === run.logical + run.count && pointer === run.physical + run.count) {
			run = {...run, count: run.count + 1};
		} else {
			if (run) {
				yield run;
			}

			run = {logical, physical: pointer, count: 1};
		}

		logical++;
	}

	for (let index = 0; index < 15; index++) {
		yield* take(inode.body.readUInt32LE(index * 4), Math.max(0, index - 11));
	}

	if (run) {
		yield run;
	}
}
