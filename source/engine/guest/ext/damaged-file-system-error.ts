import {AppError} from '../../errors/app-error.js';

/** An ext2, ext3 or ext4 file system contradicts itself where we read it. */
export class DamagedFileSystemError extends AppError {
	override readonly name = 'DamagedFileSystemError';
	override readonly hint = 'Start the machine in VirtualBox and let `fsck` repair its file system, then shut it down.';

	constructor(
		/** What is wrong, as a clause. */
		readonly fault: string,
	) {
		super(`The file system in the image is damaged: ${fault}.`);
	}
}
