import {DamagedFileSystemError} from './damaged-file-system-error.js';

export type FolderEntry = {readonly name: string; readonly inode: number};

/**
Gives the used entries of one block of a folder, without `.` and `..`. The inner nodes of an indexed folder look like
blocks with unused entries, so reading every block in order finds everything there too.
*/
export function* folderEntries(block: Buffer): Generator<FolderEntry> {
	for (let offset = 0; offset + 8 <= block.length; ) {
		const inode = block.readUInt32LE(offset);
		// In blocks of 64 KiB a length that fills the block does not fit its field.
		const stored = block.readUInt16LE(offset + 4);
		const length = stored === 0xffff || stored === 0 ? block.length - offset : stored;
		const nameBytes = block.readUInt8(offset + 6);
		if (length < 8 || length % 4 !== 0 || offset + length > block.length || nameBytes > length - 8) {
			throw new DamagedFileSystemError('a folder has an entry of a wrong length');
		}

		const name = block.toString('utf8', offset + 8, offset + 8 + nameBytes);
		if (inode !== 0 && name !== '' && name !== '.' && name !== '..' && !name.includes('/')) {
			yield {name, inode};
		}

		offset += length;
	}
}
