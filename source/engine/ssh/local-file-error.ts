import {AppError} from '../errors/app-error.js';
import {shownName} from '../host/byte-names.js';
import {fileReason} from '../host/file-reason.js';

/** A file on this machine cannot be read or written during a transfer. */
export class LocalFileError extends AppError {
	override readonly name = 'LocalFileError';
	override readonly hint = 'Check that the path exists, its permissions, and the free space of this disk.';

	constructor(
		readonly path: string,
		options: {readonly cause: unknown},
	) {
		super(`Cannot use ${shownName(path)} on this machine: ${fileReason(options.cause)}.`, options);
	}
}
