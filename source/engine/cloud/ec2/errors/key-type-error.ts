import {AppError} from '../../../errors/app-error.js';

/** The cloud takes no SSH keys of the type we make. */
export class KeyTypeError extends AppError {
	override readonly name = 'KeyTypeError';
	override readonly hint = 'Use another cloud.';

	constructor(
		cloud: string,
		readonly type: string,
		allowed: readonly string[],
		options?: ErrorOptions,
	) {
		super(`The cloud ${cloud} takes no ${type} keys, only ${allowed.join(', ')}.`, options);
	}
}
