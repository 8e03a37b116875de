import {AppError} from '../../../errors/app-error.js';

/** An AMI cannot be started, or not on the instance type that was chosen. */
export class ImageMisfitError extends AppError {
	override readonly name = 'ImageMisfitError';

	constructor(
		readonly imageId: string,
		what: string,
		override readonly hint: string,
		options?: ErrorOptions,
	) {
		super(`The AMI ${imageId} ${what}.`, options);
	}
}
