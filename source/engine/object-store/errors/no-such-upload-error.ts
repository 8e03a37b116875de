import {AppError} from '../../errors/app-error.js';

export class NoSuchUploadError extends AppError {
	override readonly name = 'NoSuchUploadError';
	override readonly hint = 'Start the upload again; rules of the bucket may have removed the unfinished one.';

	constructor(
		readonly bucket: string,
		readonly key: string,
		options?: ErrorOptions,
	) {
		super(`The unfinished upload of ${key} to the bucket ${bucket} is gone.`, options);
	}
}
