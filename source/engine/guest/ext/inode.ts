import {DamagedFileSystemError} from './damaged-file-system-error.js';

export type Inode = {
	readonly number: number;
	readonly kind: 'file' | 'folder' | 'link' | 'other';
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly size: number;
	readonly usesExtents: boolean;
	readonly hasInlineData: boolean;
	/** The 60 bytes that hold block pointers, an extent tree's root, or the data itself. */
	readonly body: Buffer;
	/** What follows the fixed fields, where small extended attributes are. */
	readonly extra: Buffer;
	/** Sectors of 512 bytes it occupies; 0 for a symbolic link kept in the inode. */
	readonly sectors: number;
};

const kinds: Readonly<Record<number, Inode['kind']>> = {32768: 'file', 16384: 'folder', 40960: 'link'};
const extentsFlag = 0x80000;
const inlineDataFlag = 0x10000000;

/** @see https://docs.kernel.org/filesystems/ext4/inodes.html */
export function parseInode(raw: Buffer, number: number): Inode {
	const mode = raw.readUInt16LE(0);
	const kind = kinds[mode & 0xf000] ?? 'other';
	const flags = raw.readUInt32LE(32);
	// The upper half of a size: every file in ext4, only regular files before.
	const sizeHigh = kind === 'file' || kind === 'folder' ? raw.readUInt32LE(108) : 0;
	const size = raw.readUInt32LE(4) + sizeHigh * 2 ** 32;
	if (!Number.isSafeInteger(size)) {
		throw new DamagedFileSystemError(`inode ${number} claims ${size} bytes`);
	}

	const extraBytes = raw.length > 128 ? raw.readUInt16LE(128) : 0;
	return {
		number,
		kind,
		mode: mode & 0o7777,
		uid: raw.readUInt16LE(2) + raw.readUInt16LE(120) * 65_536,
		gid: raw.readUInt16LE(24) + raw.readUInt16LE(122) * 65_536,
		size,
		usesExtents: (flags & extentsFlag) !== 0,
		hasInlineData: (flags & inlineDataFlag) !== 0,
		body: raw.subarray(40, 100),
		extra: raw.subarray(Math.min(raw.length, 128 + extraBytes)),
		sectors: raw.readUInt32LE(28),
	};
}
