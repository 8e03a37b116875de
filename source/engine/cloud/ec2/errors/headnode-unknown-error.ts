import {AppError} from '../../../errors/app-error.js';

/** It cannot be told which address instances see this machine come from. */
export class HeadnodeUnknownError extends AppError {
	override readonly name = 'HeadnodeUnknownError';
	override readonly hint = 'Set the address of this machine (`sshFrom`) for the cloud.';

	constructor(why: string, options?: ErrorOptions) {
		super(`The address that instances see this machine come from cannot be found out: ${why}.`, options);
	}
}
