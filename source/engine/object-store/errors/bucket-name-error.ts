import {AppError} from '../../errors/app-error.js';

export class BucketNameError extends AppError {
	override readonly name = 'BucketNameError';
	override readonly hint = 'Choose 3 to 63 of a-z, 0-9 and hyphens, a letter or a digit first and last.';

	constructor(
		readonly bucket: string,
		readonly problem: string,
	) {
		super(`"${bucket}" cannot be the name of a bucket: it ${problem}.`);
	}
}
