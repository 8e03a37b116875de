import {AppError} from '../../errors/app-error.js';

/** A file that was to hold credentials does not. */
export class EucarcError extends AppError {
	override readonly name = 'EucarcError';
	override readonly hint = 'Choose the `eucarc` file out of the archive that the cloud gave you, beside its keys.';

	constructor(
		readonly file: string,
		/** Follows the file's name: `is not there`. */
		problem: string,
		options?: ErrorOptions,
	) {
		super(`${file} ${problem}.`, options);
	}
}
