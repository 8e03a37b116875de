import type {BlockSource} from '../../images/block-source.js';
import {DamagedFileSystemError} from './damaged-file-system-error.js';
import {type Inode, parseInode} from './inode.js';
import {parseSuperblock, type Superblock, superblockBytes, superblockOffset} from './superblock.js';

/** Blocks and inodes of an ext file system, by number. */
export class ExtVolume {
	/** @throws {DamagedFileSystemError | UnsupportedFileSystemError} */
	static async open(source: BlockSource, startBytes: number): Promise<ExtVolume> {
		const most = source.sizeBytes - startBytes;
		if (!(most >= superblockOffset + superblockBytes)) {
			throw new DamagedFileSystemError('its partition is too small for it');
		}

		const block = await source.read(startBytes + superblockOffset, superblockBytes);
		return new ExtVolume(source, startBytes, parseSuperblock(block, most));
	}

	private constructor(
		private readonly source: BlockSource,
		private readonly startBytes: number,
		readonly superblock: Superblock,
	) {}

	async readBlock(number: number): Promise<Buffer> {
		return this.read(number, 0, this.superblock.blockBytes);
	}

	/** Reads bytes from a block on. */
	async read(block: number, skipBytes: number, length: number): Promise<Buffer> {
		const {blockBytes, blockCount} = this.superblock;
		const offset = block * blockBytes + skipBytes;
		if (!(block >= 0 && offset + length <= blockCount * blockBytes)) {
			throw new DamagedFileSystemError(`something points to block ${block} of ${blockCount}`);
		}

		return this.source.read(this.startBytes + offset, length);
	}

	async readInode(number: number): Promise<Inode> {
		const {inodeCount, inodesPerGroup, inodeBytes, blockBytes} = this.superblock;
		if (!(number >= 1 && number <= inodeCount)) {
			throw new DamagedFileSystemError(`something points to inode ${number} of ${inodeCount}`);
		}

		const group = Math.floor((number - 1) / inodesPerGroup);
		const offset = ((number - 1) % inodesPerGroup) * inodeBytes;
		const table = await this.#findInodeTable(group);
		const raw = await this.read(table + Math.floor(offset / blockBytes), offset % blockBytes, inodeBytes);
		return parseInode(raw, number);
	}

	async #findInodeTable(group: number): Promise<number> {
		const {descriptorBytes, blockBytes} = this.superblock;
		const perBlock = blockBytes / descriptorBytes;
		const block = this.#findDescriptorBlock(group, perBlock);
		const raw = await this.read(block, (group % perBlock) * descriptorBytes, descriptorBytes);
		return raw.readUInt32LE(8) + (descriptorBytes >= 64 ? raw.readUInt32LE(40) * 2 ** 32 : 0);
	}

	#findDescriptorBlock(group: number, perBlock: number): number {
		const {firstMetaGroup, firstDataBlock, blocksPerGroup, blockBytes} = this.superblock;
		// Where block 0 is counted but belongs to the boot loader, group 0 begins one later.
		const bootBlock = blockBytes === 1024 && firstDataBlock === 0 ? 1 : 0;
		const metaGroup = Math.floor(group / perBlock);
		if (firstMetaGroup === undefined || metaGroup < firstMetaGroup) {
			return firstDataBlock + bootBlock + 1 + metaGroup;
		}

		const firstGroup = metaGroup * perBlock;
		const start = firstDataBlock + firstGroup * blocksPerGroup + (firstGroup === 0 ? bootBlock : 0);
		return start + (this.#hasSuperblock(firstGroup) ? 1 : 0);
	}

	#hasSuperblock(group: number): boolean {
		const isPowerOf = (base: number) => {
			let power = base;
			while (power < group) {
				power *= base;
			}

			return power === group;
		};
		return !this.superblock.sparseSuper || group <= 1 || [3, 5, 7].some(isPowerOf);
	}
}
