import {AppError} from '../errors/app-error.js';

/** The cloud (or this machine) has not enough of something; the message carries the figures. */
export class CapacityError extends AppError {
	override readonly name = 'CapacityError';

	constructor(
		message: string,
		override readonly hint: string = 'Choose a smaller instance type or fewer instances.',
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}
