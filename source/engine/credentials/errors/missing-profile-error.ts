import {AppError} from '../../errors/app-error.js';
import {shellQuote} from '../../ssh/shell-quote.js';

export class MissingProfileError extends AppError {
	override readonly name = 'MissingProfileError';
	override readonly hint: string;

	constructor(
		readonly profile: string,
		options?: ErrorOptions,
	) {
		super(`The profile ${profile} of the AWS configuration gives no keys.`, options);
		this.hint = `Check it with \`aws sts get-caller-identity --profile ${shellQuote(profile)}\`, or log in again.`;
	}
}
