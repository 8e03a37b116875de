import {AppError} from '../errors/app-error.js';
import {fingerprintOf} from './fingerprint-of.js';

/** Another host key than the pinned ones answered. Never to be tried again: nothing was sent, not even the login. */
export class HostKeyError extends AppError {
	override readonly name = 'HostKeyError';
	override readonly hint =
		'Another machine may answer at this address, or the first-boot unit did not run: look at the console output of the instance.';

	constructor(
		readonly target: string,
		address: string,
		/** What answered showed: `ssh-ed25519 AAAA...` */
		readonly offered: string,
		options?: ErrorOptions,
	) {
		super(`The machine at ${address} does not have the host key of ${target}, but ${fingerprintOf(offered)}.`, options);
	}
}
