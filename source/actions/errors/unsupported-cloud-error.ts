import {AppError} from '../../engine/errors/app-error.js';

/** There is no way from an image to this kind of cloud yet. */
export class UnsupportedCloudError extends AppError {
	override readonly name = 'UnsupportedCloudError';
	override readonly hint = 'Choose the cloud `local`, which is this machine.';

	constructor(
		readonly cloud: string,
		kind: string,
	) {
		super(`No image can be migrated to the cloud ${cloud}: clouds of the kind ${kind} are not supported yet.`);
	}
}
