import {AppError, type ErrorSort} from '../errors/app-error.js';

export class CommandTimedOutError extends AppError {
	override readonly name = 'CommandTimedOutError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint = 'Look at what the instance is doing, or allow more time.';

	constructor(
		readonly target: string,
		readonly timeoutMs: number,
		options?: ErrorOptions,
	) {
		super(`A command on ${target} did not end within ${timeoutMs / 1000} s.`, options);
	}
}
