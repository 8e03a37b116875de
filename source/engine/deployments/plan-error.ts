import {AppError} from '../errors/app-error.js';

/** A deployment that cannot be planned as it was asked for. */
export class PlanError extends AppError {
	override readonly name = 'PlanError';

	constructor(
		message: string,
		override readonly hint: string,
	) {
		super(message);
	}
}
