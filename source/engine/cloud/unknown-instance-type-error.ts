import {AppError} from '../errors/app-error.js';

/** The cloud has no instance type of that name. */
export class UnknownInstanceTypeError extends AppError {
	override readonly name = 'UnknownInstanceTypeError';
	override readonly hint: string;

	constructor(
		readonly instanceType: string,
		cloud: string,
		known: readonly string[],
		options?: ErrorOptions,
	) {
		super(`The cloud ${cloud} has no instance type ${instanceType}.`, options);
		this.hint = `Choose one of ${known.join(', ')}.`;
	}
}
