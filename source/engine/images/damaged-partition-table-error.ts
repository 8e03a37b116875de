import {AppError} from '../errors/app-error.js';

/** There is a partition table, but it cannot be right. */
export class DamagedPartitionTableError extends AppError {
	override readonly name = 'DamagedPartitionTableError';
	override readonly hint =
		'Start the machine in VirtualBox and repair the table there with `fdisk`, `gdisk` or `testdisk`.';

	constructor(
		readonly file: string,
		/** What is wrong, as a clause. */
		readonly fault: string,
	) {
		super(`The partition table of ${file} is damaged: ${fault}.`);
	}
}
