import {AppError} from '../../../errors/app-error.js';

/** The server at the cloud's address cannot prove who it is. */
export class CloudUntrustedError extends AppError {
	override readonly name = 'CloudUntrustedError';
	override readonly hint = "Name the authority that signed it as the cloud's TLS CA, or correct the address.";

	constructor(
		/** In the words of TLS: `self-signed certificate`. */
		reason: string,
		options?: ErrorOptions,
	) {
		super(`The TLS certificate of the cloud is not to be trusted: ${reason}.`, options);
	}
}
