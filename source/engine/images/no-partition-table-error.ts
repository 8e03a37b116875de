import {AppError} from '../errors/app-error.js';

/** The disk has neither an MBR nor a GPT, or an empty one. */
export class NoPartitionTableError extends AppError {
	override readonly name = 'NoPartitionTableError';
	override readonly hint =
		'Give the disk the system was installed on; a data disk, or one never installed to, cannot boot in a cloud.';

	constructor(
		readonly file: string,
		/** What fills the whole disk instead, e.g. `ext4`. */
		readonly fileSystem: string | undefined,
	) {
		super(
			`There is no partition table on ${file}${fileSystem ? `; the whole disk is one ${fileSystem} file system` : ''}.`,
		);
	}
}
