import {AppError} from '../../../errors/app-error.js';

export class MissingBundleKeysError extends AppError {
	override readonly name = 'MissingBundleKeysError';
	override readonly hint =
		'Enter the certificate and the private key with the credential, and the certificate of the cloud with the cloud.';

	constructor() {
		super("A bundle needs the user's certificate, its private key and the certificate of the cloud.");
	}
}
