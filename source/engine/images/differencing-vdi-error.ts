import {AppError} from '../errors/app-error.js';

/** The file holds only what changed since a snapshot; the rest is in another file. */
export class DifferencingVdiError extends AppError {
	override readonly name = 'DifferencingVdiError';
	override readonly hint =
		'Flatten the current state in VirtualBox, then give the new file: `VBoxManage clonemedium disk FILE OUT.vdi --format VDI`.';

	constructor(
		readonly file: string,
		/** UUID of the disk it continues; undefined when the header names none. */
		readonly parentUuid: string | undefined,
	) {
		super(
			`${file} is a snapshot (a differencing disk) and holds only the changes to ${parentUuid ? `disk ${parentUuid}` : 'another disk'}.`,
		);
	}
}
