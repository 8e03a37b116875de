import {AppError} from '../../../errors/app-error.js';

export class BundleNameError extends AppError {
	override readonly name = 'BundleNameError';
	override readonly hint = 'Choose 1 to 80 of A-Z, a-z, 0-9, dots, hyphens and underscores, a letter or a digit first.';

	constructor(
		readonly prefix: string,
		readonly problem: string,
	) {
		super(`"${prefix}" cannot be the name of a bundle: it ${problem}.`);
	}
}
