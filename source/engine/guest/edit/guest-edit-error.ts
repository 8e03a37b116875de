import {AppError} from '../../errors/app-error.js';

/** The files of a guest could not be changed; the overlay that was being edited is of no use any more. */
export class GuestEditError extends AppError {
	override readonly name = 'GuestEditError';
	override readonly hint =
		'Check the file system inside the machine (in it: `touch /forcefsck` and restart), then migrate again.';

	constructor(reason: string, options?: ErrorOptions) {
		super(`The copy of the machine's disk could not be edited: ${reason}`, options);
	}
}
