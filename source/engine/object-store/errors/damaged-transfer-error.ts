import {AppError} from '../../errors/app-error.js';

/** What the store has is not what was sent; nothing of it may be used. */
export class DamagedTransferError extends AppError {
	override readonly name = 'DamagedTransferError';
	override readonly hint = 'Try again; if it happens again, something between here and the store changes what passes.';

	constructor(
		readonly bucket: string,
		readonly key: string,
		detail: string,
		options?: ErrorOptions,
	) {
		super(`${key} in the bucket ${bucket} is not what was sent: ${detail}.`, options);
	}
}
