import {AppError} from '../engine/errors/app-error.js';

/** The database was written by a later D2CM. It is left as it is. */
export class NewerDatabaseError extends AppError {
	override readonly name = 'NewerDatabaseError';
	override readonly hint = 'Use the newer D2CM, or another data folder by D2CM_HOME.';

	constructor(
		readonly path: string,
		readonly version: number,
	) {
		super(`${path} was written by a newer D2CM (version ${version} of the format).`);
	}
}
