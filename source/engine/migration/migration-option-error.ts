import {AppError} from '../errors/app-error.js';

/** Something was asked for that the cloud, or the way to it, does not have. Nothing was made. */
export class MigrationOptionError extends AppError {
	override readonly name = 'MigrationOptionError';

	constructor(
		message: string,
		readonly hint: string = 'Leave it out.',
	) {
		super(message);
	}
}
