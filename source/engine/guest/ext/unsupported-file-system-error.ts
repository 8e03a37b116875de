import {AppError} from '../../errors/app-error.js';

/** The guest's file system is one D2CM does not read. */
export class UnsupportedFileSystemError extends AppError {
	override readonly name = 'UnsupportedFileSystemError';
	override readonly hint =
		'D2CM reads ext2, ext3 and ext4 on a plain partition; move the system to such a partition, or install it there.';

	constructor(
		/** `xfs`, or `ext4 with the feature ...`. */
		readonly fileSystem: string,
		/** Where it is, e.g. `partition 2`. */
		readonly place = 'the root partition',
	) {
		super(`${place[0]?.toUpperCase()}${place.slice(1)} holds ${fileSystem}, which D2CM does not read.`);
	}
}
