import {AppError} from '../../errors/app-error.js';

/** The description of a local AMI cannot be understood. */
export class DamagedLocalImageError extends AppError {
	override readonly name = 'DamagedLocalImageError';
	override readonly hint = 'Remove this AMI and migrate the image again.';

	constructor(
		readonly imageId: string,
		file: string,
		options?: ErrorOptions,
	) {
		super(`The AMI ${imageId} is damaged: ${file} cannot be understood.`, options);
	}
}
