import {AppError} from '../engine/errors/app-error.js';
import {fileReason} from '../engine/host/file-reason.js';

/** The data folder cannot be made, read or written. */
export class UnusableHomeError extends AppError {
	override readonly name = 'UnusableHomeError';
	override readonly hint = 'Mend that, or set D2CM_HOME to a folder that you can write to.';

	constructor(
		readonly home: string,
		options: {readonly cause: unknown},
	) {
		super(`The data folder ${home} cannot be used: ${fileReason(options.cause)}.`, options);
	}
}

/** HOME does not say where the data folder is. */
export class NoHomeError extends AppError {
	override readonly name = 'NoHomeError';
	override readonly hint = 'Set HOME to your folder, from / on, or D2CM_HOME to the data folder.';

	constructor(home: string) {
		super(`There is no place for the data folder: HOME is \`${home}\`, which is no whole path.`);
	}
}
