import {AppError} from '../../../errors/app-error.js';

export class BundleOwnerError extends AppError {
	override readonly name = 'BundleOwnerError';
	override readonly hint = 'Enter the account number of these credentials: EC2_USER_ID in eucarc, 12 digits.';

	constructor(readonly userId: string) {
		super(`"${userId}" is not an account number, and the cloud accepts a bundle only from its owner's account.`);
	}
}
