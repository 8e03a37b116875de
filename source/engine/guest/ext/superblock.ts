import {DamagedFileSystemError} from './damaged-file-system-error.js';
import {UnsupportedFileSystemError} from './unsupported-file-system-error.js';

/** The figures of an ext file system that finding files needs. All were checked against each other. */
export type Superblock = {
	readonly fileSystem: 'ext2' | 'ext3' | 'ext4';
	readonly uuid: string;
	readonly blockBytes: number;
	readonly blockCount: number;
	readonly firstDataBlock: number;
	readonly blocksPerGroup: number;
	readonly inodesPerGroup: number;
	readonly inodeCount: number;
	readonly inodeBytes: number;
	readonly groupCount: number;
	readonly descriptorBytes: number;
	/** Groups from this meta group on keep their descriptors themselves; undefined without that feature. */
	readonly firstMetaGroup: number | undefined;
	readonly sparseSuper: boolean;
	/** Whether the journal still holds changes: the guest was not shut down. */
	readonly needsRecovery: boolean;
	/** As `e2fsck` and the kernel leave it. */
	readonly state: 'clean' | 'not clean' | 'has errors';
};

/** Where the superblock starts in its partition, and how long it is. */
export const superblockOffset = 1024;
export const superblockBytes = 1024;

const incompatible = {
	fileType: 0x2,
	recover: 0x4,
	metaGroups: 0x10,
	extents: 0x40,
	wide: 0x80,
	multiMount: 0x100,
	flexGroups: 0x200,
	attributesInInodes: 0x400,
	checksumSeed: 0x2000,
	largeFolders: 0x4000,
	inlineData: 0x8000,
	encryption: 0x10000,
	caseFolding: 0x20000,
} as const;
const known = Object.values(incompatible).reduce((all, bit) => all | bit, 0);
const ext3Incompatible = incompatible.fileType | incompatible.recover | incompatible.metaGroups;

/**
Reads a superblock.

@param sourceBytes How long the partition can be at most.
@throws {DamagedFileSystemError | UnsupportedFileSystemError}
@see https://docs.kernel.org/filesystems/ext4/super.html
*/
export function parseSuperblock(block: Buffer, sourceBytes: number): Superblock {
	const u32 = (offset: number) => block.readUInt32LE(offset);
	const damaged = (fault: string) => new DamagedFileSystemError(fault);
	if (block.readUInt16LE(56) !== 0xef53) {
		throw damaged('its superblock has no mark');
	}

	const features = u32(96);
	const unknown = features & ~known;
	if (unknown !== 0) {
		throw new UnsupportedFileSystemError(`an ext file system with the features 0x${(unknown >>> 0).toString(16)}`);
	}

	const logBlockBytes = u32(24);
	if (logBlockBytes > 6) {
		throw damaged(`it claims blocks of 2^${logBlockBytes + 10} bytes`);
	}

	const isWide = (features & incompatible.wide) !== 0;
	const blockBytes = 1024 << logBlockBytes;
	const blockCount = u32(4) + (isWide ? u32(336) * 2 ** 32 : 0);
	const firstDataBlock = u32(20);
	const blocksPerGroup = u32(32);
	const inodesPerGroup = u32(40);
	const inodeCount = u32(0);
	const inodeBytes = u32(76) === 0 ? 128 : block.readUInt16LE(88);
	const descriptorBytes = isWide ? block.readUInt16LE(254) : 32;
	const isPowerOfTwo = (value: number) => value > 0 && Number.isInteger(Math.log2(value));
	if (blockCount * blockBytes > sourceBytes) {
		throw damaged(`it claims ${blockCount} blocks of ${blockBytes} bytes, more than its partition has`);
	}

	// With blocks of 1 KiB the first is left to boot loaders; only with clusters it is counted all the same.
	const hasClusters = (u32(100) & 0x200) !== 0;
	if (firstDataBlock !== (blockBytes === 1024 && !hasClusters ? 1 : 0) || blockCount <= firstDataBlock) {
		throw damaged('its first block is in the wrong place');
	}

	if (blocksPerGroup === 0 || inodesPerGroup === 0 || inodesPerGroup > blockBytes * 8) {
		throw damaged('the sizes of its block groups are wrong');
	}

	if (!isPowerOfTwo(inodeBytes) || inodeBytes < 128 || inodeBytes > blockBytes) {
		throw damaged(`it claims inodes of ${inodeBytes} bytes`);
	}

	if (!isPowerOfTwo(descriptorBytes) || descriptorBytes < 32 || descriptorBytes > 1024) {
		throw damaged(`it claims group descriptors of ${descriptorBytes} bytes`);
	}

	const groupCount = Math.ceil((blockCount - firstDataBlock) / blocksPerGroup);
	if (inodeCount > groupCount * inodesPerGroup) {
		throw damaged(`it claims ${inodeCount} inodes in ${groupCount} groups of ${inodesPerGroup}`);
	}

	const readOnlyFeatures = u32(100);
	const state = block.readUInt16LE(58);
	const hasJournal = (u32(92) & 0x4) !== 0;
	const isExt4 = (features & ~ext3Incompatible) !== 0 || (readOnlyFeatures & ~0x7) !== 0;
	return {
		fileSystem: isExt4 ? 'ext4' : hasJournal ? 'ext3' : 'ext2',
		uuid: block.toString('hex', 104, 120).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
		blockBytes,
		blockCount,
		firstDataBlock,
		blocksPerGroup,
		inodesPerGroup,
		inodeCount,
		inodeBytes,
		groupCount,
		descriptorBytes,
		firstMetaGroup: features & incompatible.metaGroups ? u32(260) : undefined,
		sparseSuper: (readOnlyFeatures & 0x1) !== 0,
		needsRecovery: (features & incompatible.recover) !== 0,
		state: state & 2 ? 'has errors' : state & 1 ? 'clean' : 'not clean',
	};
}
