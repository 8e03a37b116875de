import {AppError} from '../../errors/app-error.js';

export class StoreUntrustedError extends AppError {
	override readonly name = 'StoreUntrustedError';
	override readonly hint = "Name the authority that signed it as the cloud's TLS CA, or correct the address.";

	constructor(
		readonly server: string,
		reason: string,
		options?: ErrorOptions,
	) {
		super(`The certificate of ${server} is not to be trusted: ${reason}.`, options);
	}
}
