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
			? 'This looks like Windows; D2CM moves Linux systems only.'
			: 'Give the disk the system was installed on; a machine may have several disks.';
	}
}
