import {AppError} from '../../errors/app-error.js';

/** This machine does not let us show an overlay as a file. */
export class FuseRefusedError extends AppError {
	override readonly name = 'FuseRefusedError';
	override readonly hint =
		'Install fuse3 and see that /dev/fuse may be used; without it migrating copies the partition.';

	constructor(reason: string, options?: ErrorOptions) {
		super(`The overlay could not be shown as a file by FUSE: ${reason}`, options);
	}
}
