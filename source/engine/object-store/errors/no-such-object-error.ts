import {AppError} from '../../errors/app-error.js';

export class NoSuchObjectError extends AppError {
	override readonly name = 'NoSuchObjectError';
	override readonly hint = 'Check whether somebody removed it, and upload it again if so.';

	constructor(
		readonly bucket: string,
		readonly key: string,
		options?: ErrorOptions,
	) {
		super(`There is no object ${key} in the bucket ${bucket}.`, options);
	}
}
