import {AppError} from '../../errors/app-error.js';

export class UnreadableCaError extends AppError {
	override readonly name = 'UnreadableCaError';
	override readonly hint = 'Choose another TLS CA for the cloud, or none.';

	constructor(
		readonly file: string,
		/** Follows its name: `holds no certificate`. */
		problem: string,
		options?: ErrorOptions,
	) {
		super(`The TLS CA ${file} ${problem}.`, options);
	}
}
