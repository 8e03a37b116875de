import {AppError} from '../errors/app-error.js';

/** None of the disk's file systems holds a Linux. */
export class NoLinuxError extends AppError {
	override readonly name = 'NoLinuxError';
	override readonly hint: string;

	constructor(
		readonly file: string,
		/** What the partitions hold, in order. */
		readonly fileSystems: readonly string[],
	) {
		super(`There is no Linux on ${file}${fileSystems.length > 0 ? ` (found: ${fileSystems.join(', ')})` : ''}.`);
		this.hint = fileSystems.includes('ntfs')
			? 'Give the disk of a Linux system; this looks like Windows, which D2CM does not move.'
			: 'Give the disk the system was installed on; a machine may have several disks.';
	}
}
