import {AppError} from '../../engine/errors/app-error.js';

export class UnknownJobError extends AppError {
	override readonly name = 'UnknownJobError';
	override readonly hint = 'Run `d2cm status` to see all migrations and deployments.';

	constructor(readonly id: string) {
		super(`There is no migration or deployment ${id}.`);
	}
}
