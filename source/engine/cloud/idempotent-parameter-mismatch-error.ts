import {AppError} from '../errors/app-error.js';

/** A client token came again with other parameters than the first time; as EC2 refuses it. */
export class IdempotentParameterMismatchError extends AppError {
	override readonly name = 'IdempotentParameterMismatchError';
	override readonly hint = 'Start a new deployment instead of changing one that is under way.';

	constructor(
		readonly clientToken: string,
		options?: ErrorOptions,
	) {
		super(`The reservation ${clientToken} was made before, for something else.`, options);
	}
}
