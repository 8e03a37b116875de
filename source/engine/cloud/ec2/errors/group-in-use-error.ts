import {AppError} from '../../../errors/app-error.js';

/** A security group cannot be taken away, since something is in it. */
export class GroupInUseError extends AppError {
	override readonly name = 'GroupInUseError';
	override readonly hint = 'See in the cloud’s own console what uses it, and delete both there.';

	constructor(
		readonly group: string,
		options?: ErrorOptions,
	) {
		super(`The security group ${group} is still in use, and cannot be deleted.`, options);
	}
}
