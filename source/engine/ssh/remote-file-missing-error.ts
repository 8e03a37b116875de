import {AppError} from '../errors/app-error.js';

export class RemoteFileMissingError extends AppError {
	override readonly name = 'RemoteFileMissingError';
	override readonly hint = 'Check the path in the template; a path is taken as it is, without wildcards.';

	constructor(
		readonly target: string,
		readonly path: string,
		options?: ErrorOptions,
	) {
		super(`There is no ${path} on ${target}.`, options);
	}
}
