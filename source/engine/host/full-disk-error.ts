import {AppError} from '../errors/app-error.js';

/** This machine has no room left for what must be written down. */
export class FullDiskError extends AppError {
	override readonly name = 'FullDiskError';
	override readonly hint = 'Make room on that disk, then resume.';

	constructor(
		readonly path: string,
		options: {readonly cause: unknown},
	) {
		super(`There is no room left on this machine to write ${path}.`, options);
	}
}
