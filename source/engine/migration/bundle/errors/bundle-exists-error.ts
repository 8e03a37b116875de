import {AppError} from '../../../errors/app-error.js';

/** Objects of such a bundle are there, and this job has not put them there. */
export class BundleExistsError extends AppError {
	override readonly name = 'BundleExistsError';
	override readonly hint = 'Choose another name or bucket, or delete that bundle first.';

	constructor(
		readonly bucket: string,
		readonly prefix: string,
	) {
		super(`The bucket ${bucket} already has a bundle ${prefix}, or parts of one.`);
	}
}
