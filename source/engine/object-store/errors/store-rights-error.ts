import {AppError} from '../../errors/app-error.js';

export class StoreRightsError extends AppError {
	override readonly name = 'StoreRightsError';
	override readonly hint: string;

	constructor(
		/** As the API calls it: `PutObject`. */
		readonly action: string,
		readonly resource: string,
		options?: ErrorOptions,
	) {
		super(`These credentials may not ${action} ${resource}.`, options);
		this.hint = `Ask for the right s3:${rights[action] ?? action}, or check whether the bucket is yours.`;
	}
}

/** Where the right is not called as the action. */
const rights: Readonly<Record<string, string>> = {
	ListObjects: 'ListBucket',
	HeadObject: 'GetObject',
	DeleteObjects: 'DeleteObject',
	CreateMultipartUpload: 'PutObject',
	UploadPart: 'PutObject',
	CompleteMultipartUpload: 'PutObject',
	ListParts: 'ListMultipartUploadParts',
	ListMultipartUploads: 'ListBucketMultipartUploads',
};
