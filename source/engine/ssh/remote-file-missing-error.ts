import {AppError} from '../errors/app-error.js';
import {shownName} from '../host/byte-names.js';

export class RemoteFileMissingError extends AppError {
	override readonly name = 'RemoteFileMissingError';
	override readonly hint = 'Check the path in the template; a path is taken as it is, without wildcards.';

	constructor(
		readonly target: string,
		readonly path: string,
		options?: ErrorOptions,
	) {
		super(`There is no ${shownName(path)} on ${target}.`, options);
	}
}
