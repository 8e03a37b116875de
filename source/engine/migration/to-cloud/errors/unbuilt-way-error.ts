import {AppError} from '../../../errors/app-error.js';

export class UnbuiltWayError extends AppError {
	override readonly name = 'UnbuiltWayError';
	override readonly hint = 'Choose another way.';

	constructor(readonly way: string) {
		super(`This version of D2CM does not know the way ${way}.`);
	}
}
