import {AppError} from '../../errors/app-error.js';

export class MissingProfileError extends AppError {
	override readonly name = 'MissingProfileError';
	override readonly hint = 'Check it with `aws sts get-caller-identity --profile NAME`, or log in again.';

	constructor(
		readonly profile: string,
		options?: ErrorOptions,
	) {
		super(`The profile ${profile} of the AWS configuration gives no keys.`, options);
	}
}
