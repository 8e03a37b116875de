import {AppError} from '../errors/app-error.js';

export class DeploymentFileError extends AppError {
	override readonly name = 'DeploymentFileError';
	override readonly hint = 'Restore it from a copy of the folder; without it `d2cm reap` still finds what runs.';

	constructor(
		readonly file: string,
		options?: ErrorOptions,
	) {
		super(`${file} is not there or damaged.`, options);
	}
}
