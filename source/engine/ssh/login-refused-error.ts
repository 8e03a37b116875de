import {AppError} from '../errors/app-error.js';

/** The instance answers with the right host key and does not accept our key. Trying again does not help. */
export class LoginRefusedError extends AppError {
	override readonly name = 'LoginRefusedError';
	override readonly hint =
		'Check that the image lets this user log in by key, and that its first-boot unit installed the key (console output).';

	constructor(
		readonly target: string,
		user: string,
		options?: ErrorOptions,
	) {
		super(`${target} refuses the login of ${user}.`, options);
	}
}
