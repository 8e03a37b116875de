import {AppError} from '../errors/app-error.js';

/** An instance was asked for some words, or some small files, and does not end. */
export class AnswerTooLongError extends AppError {
	override readonly name = 'AnswerTooLongError';
	override readonly hint = 'Look at what runs there: an instance that works as it should never says so much.';

	constructor(
		readonly target: string,
		mostBytes: number,
		options?: ErrorOptions,
	) {
		super(`${target} answers a short question with more than ${mostBytes / 2 ** 20} MiB.`, options);
	}
}
