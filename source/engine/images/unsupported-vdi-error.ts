import {AppError} from '../errors/app-error.js';

/** A VDI of a version or type nobody makes today. */
export class UnsupportedVdiError extends AppError {
	override readonly name = 'UnsupportedVdiError';
	override readonly hint = 'Copy it with a current VirtualBox: `VBoxManage clonemedium disk IN OUT.vdi --format VDI`.';

	constructor(
		readonly file: string,
		/** E.g. `version 0.1`. */
		readonly feature: string,
	) {
		super(`${file} is a VDI of ${feature}, which D2CM does not read.`);
	}
}
