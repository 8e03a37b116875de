import {AppError} from '../../errors/app-error.js';

export class NoSuchBucketError extends AppError {
	override readonly name = 'NoSuchBucketError';
	override readonly hint = 'Check the name, or let D2CM make the bucket.';

	constructor(
		readonly bucket: string,
		options?: ErrorOptions,
	) {
		super(`There is no bucket ${bucket}.`, options);
	}
}
