import {AppError} from '../../engine/errors/app-error.js';

export class NotTerminatedError extends AppError {
	override readonly name = 'NotTerminatedError';
	override readonly hint = 'Run `d2cm reap` again later; they may still cost money.';

	constructor(readonly instanceIds: readonly string[]) {
		super(`The cloud has not terminated ${instanceIds.join(', ')} yet.`);
	}
}
