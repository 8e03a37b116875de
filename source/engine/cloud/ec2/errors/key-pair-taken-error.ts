import {AppError} from '../../../errors/app-error.js';

/** The account has a key pair of this name that another installation made. */
export class KeyPairTakenError extends AppError {
	override readonly name = 'KeyPairTakenError';
	override readonly hint = 'Deploy again: the next deployment has another name.';

	constructor(
		readonly keyPair: string,
		options?: ErrorOptions,
	) {
		super(`The account has a key pair ${keyPair} that another D2CM made.`, options);
	}
}
