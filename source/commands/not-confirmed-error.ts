import {AppError} from '../engine/errors/app-error.js';

/** Something that costs or destroys was asked for where nobody can say yes to it. */
export class NotConfirmedError extends AppError {
	override readonly name = 'NotConfirmedError';

	constructor(
		message: string,
		override readonly hint = 'Add --yes to agree to it.',
	) {
		super(message);
	}
}
