import {AppError} from '../errors/app-error.js';

/** An AMI cannot be taken away while instances run from it. */
export class ImageInUseError extends AppError {
	override readonly name = 'ImageInUseError';
	override readonly hint = 'Terminate these instances first.';

	constructor(
		readonly imageId: string,
		readonly instanceIds: readonly string[],
		options?: ErrorOptions,
	) {
		super(`The AMI ${imageId} is in use by ${instanceIds.join(', ')}.`, options);
	}
}
