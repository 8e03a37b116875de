import {AppError} from '../../engine/errors/app-error.js';

export class NotReapedError extends AppError {
	override readonly name = 'NotReapedError';
	override readonly hint = 'Ask again what is left: on the other clouds it was removed.';

	/** @param refusals Each `cloud: what it said.` */
	constructor(readonly refusals: readonly string[]) {
		super(`Not everything could be removed. ${refusals.join(' ')}`);
	}
}
