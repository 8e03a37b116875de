import {AppError} from '../engine/errors/app-error.js';

export class UnreadableFileError extends AppError {
	override readonly name = 'UnreadableFileError';
	override readonly hint = 'Check the path and who may read the file.';

	constructor(
		readonly path: string,
		options: {cause: unknown},
	) {
		const {code} = options.cause as NodeJS.ErrnoException;
		super(code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`, options);
	}
}
