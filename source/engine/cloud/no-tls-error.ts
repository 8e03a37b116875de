import {AppError} from '../errors/app-error.js';

/** The address says https, and what answers there speaks something else. */
export class NoTlsError extends AppError {
	override readonly name = 'NoTlsError';
	override readonly hint: string;

	constructor(
		/** Host and port. */
		readonly place: string,
		/** What was looked for: `EC2`. */
		service: string,
		options?: ErrorOptions,
	) {
		super(`What answers at ${place} does not speak TLS, and its address begins with https.`, options);
		this.hint = `Write http:// in the ${service} address of the cloud if that is what it speaks, or correct the port.`;
	}
}
