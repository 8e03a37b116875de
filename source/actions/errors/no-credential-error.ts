import {AppError} from '../../engine/errors/app-error.js';

/** The cloud wants signed requests, and no credential is chosen for it. */
export class NoCredentialError extends AppError {
	override readonly name = 'NoCredentialError';
	override readonly hint = 'Add one (`d2cm credential add`) and choose it for this cloud under Clouds.';

	constructor(readonly cloud: string) {
		super(`The cloud ${cloud} has no credential.`);
	}
}
