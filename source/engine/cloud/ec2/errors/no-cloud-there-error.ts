import {AppError, type ErrorSort} from '../../../errors/app-error.js';

/** Something answers at the address, and it is no cloud: a web server, a proxy, or the login page of a network. */
export class NoCloudThereError extends AppError {
	override readonly name = 'NoCloudThereError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint: string;

	constructor(
		readonly place: string,
		/** Of HTTP. */
		status?: number,
		/** What was looked for: `EC2`. */
		service = 'EC2',
		options?: ErrorOptions,
	) {
		super(`What answers at ${place} is no ${service}${status === undefined ? '' : ` (HTTP ${status})`}.`, options);
		const address =
			service === 'S3' ? 'S3 address of the cloud; it is S3_URL' : 'EC2 address of the cloud; it is EC2_URL';
		this.hint = `Correct the ${address} in its eucarc file. Where it is right, a proxy or the login page of a network answers in its place.`;
	}
}
