import {AppError} from '../errors/app-error.js';

/** The map from a VDI's blocks to places in its file cannot be right. */
export class DamagedBlockMapError extends AppError {
	override readonly name = 'DamagedBlockMapError';
	override readonly hint =
		'Use a backup of the disk, or try `VBoxManage internalcommands repairhd FILE` on a copy of it.';

	constructor(
		readonly file: string,
		/** The block whose entry is wrong. */
		readonly block: number,
		/** What is wrong, as the second half of a sentence. */
		readonly fault: string,
	) {
		super(`The block map of ${file} is damaged: block ${block} ${fault}.`);
	}
}
