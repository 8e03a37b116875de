import {DamagedFileSystemError} from './damaged-file-system-error.js';
import type {Inode} from './inode.js';

/**
The content of a small file or folder that is kept in the inode itself: first in the place of the block pointers, and what
did not fit there in the attribute `system.data`. A folder has these as two parts, each a list of entries.
*/
export function inlineData(inode: Inode): readonly [Buffer, Buffer] {
	return [inode.body, findSystemData(inode)];
}

function findSystemData({extra, number}: Inode): Buffer {
	const none = Buffer.alloc(0);
	if (extra.length < 4 || extra.readUInt32LE(0) !== 0xea020000) {
		return none;
	}

	for (let entry = 4; entry + 16 <= extra.length; ) {
		const nameBytes = extra.readUInt8(entry);
		const nameIndex = extra.readUInt8(entry + 1);
		if (nameBytes === 0 && nameIndex === 0) {
			return none;
		}

		// Index 7 stands for `system.`.
		if (nameIndex === 7 && extra.toString('latin1', entry + 16, entry + 16 + nameBytes) === 'data') {
			const start = 4 + extra.readUInt16LE(entry + 2);
			const end = start + extra.readUInt32LE(entry + 8);
			if (end > extra.length) {
				throw new DamagedFileSystemError(`the data kept in inode ${number} is longer than the inode`);
			}

			return extra.subarray(start, end);
		}

		entry += 16 + Math.ceil(nameBytes / 4) * 4;
	}

	return none;
}
