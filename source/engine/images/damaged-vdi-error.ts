import {AppError} from '../errors/app-error.js';

/** The header of a VDI contradicts itself. */
export class DamagedVdiError extends AppError {
	override readonly name = 'DamagedVdiError';
	override readonly hint = 'Try to make a sound copy of it: `VBoxManage clonemedium disk IN OUT.vdi --format VDI`.';

	constructor(
		readonly file: string,
		/** What is wrong, as the second half of a sentence. */
		readonly fault: string,
	) {
		super(`The header of ${file} is damaged: ${fault}.`);
	}
}
