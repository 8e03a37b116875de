import {AppError} from '../errors/app-error.js';

/** The cloud knows no AMI of that id. */
export class UnknownImageError extends AppError {
	override readonly name = 'UnknownImageError';
	override readonly hint: string;

	constructor(
		readonly imageId: string,
		cloud: string,
		known: readonly string[],
		options?: ErrorOptions,
	) {
		super(`The cloud ${cloud} has no AMI ${imageId}.`, options);
		this.hint =
			known.length === 0
				? 'Check the id, and the region of the cloud; or migrate an image to it.'
				: `Choose one that is there: ${known.slice(0, 5).join(', ')}.`;
	}
}
