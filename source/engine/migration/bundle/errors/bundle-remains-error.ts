import {AppError} from '../../../errors/app-error.js';

export class BundleRemainsError extends AppError {
	override readonly name = 'BundleRemainsError';
	override readonly hint = 'Cancel again in a minute, or remove the objects by hand; they cost money.';

	constructor(
		readonly bucket: string,
		readonly keys: readonly string[],
	) {
		super(`${keys.length} objects of the bundle are still in the bucket ${bucket}, among them ${keys[0]}.`);
	}
}
