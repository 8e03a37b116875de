import {AppError} from '../../../errors/app-error.js';

/** Others may start the AMI, and that could not be taken back. */
export class AmiNotPrivateError extends AppError {
	override readonly name = 'AmiNotPrivateError';
	override readonly hint = 'Take back its launch permissions in the console of the cloud, or deregister it.';

	constructor(readonly imageId: string) {
		super(`Others than this account may start ${imageId}.`);
	}
}
