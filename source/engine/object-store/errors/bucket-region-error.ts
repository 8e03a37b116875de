import {AppError} from '../../errors/app-error.js';

export class BucketRegionError extends AppError {
	override readonly name = 'BucketRegionError';
	override readonly hint = 'Choose a bucket in the region of the image, or make the image in the region of the bucket.';

	constructor(
		readonly bucket: string,
		/** Undefined when the store does not tell. */
		readonly there: string | undefined,
		readonly here: string,
		options?: ErrorOptions,
	) {
		super(`The bucket ${bucket} is in ${there ? `the region ${there}` : 'another region'}, not in ${here}.`, options);
	}
}
