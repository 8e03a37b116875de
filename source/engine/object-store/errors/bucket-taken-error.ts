import {AppError} from '../../errors/app-error.js';

/** Names of buckets are shared by all owners of a store. */
export class BucketTakenError extends AppError {
	override readonly name = 'BucketTakenError';
	override readonly hint = 'Choose another name, or use the keys of its owner.';

	constructor(
		readonly bucket: string,
		options?: ErrorOptions,
	) {
		super(`The bucket ${bucket} belongs to somebody else.`, options);
	}
}
