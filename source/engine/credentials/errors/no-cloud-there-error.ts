import {AppError} from '../../errors/app-error.js';

/** Something answers at the address, and it is no EC2. */
export class NoCloudThereError extends AppError {
	override readonly name = 'NoCloudThereError';
	override readonly hint = 'Correct the EC2 address of the cloud; it is EC2_URL in its eucarc file.';

	constructor(
		readonly place: string,
		/** Of HTTP. */
		status?: number,
	) {
		super(`What answers at ${place} is no EC2${status === undefined ? '' : ` (HTTP ${status})`}.`);
	}
}
