import {AppError} from '../engine/errors/app-error.js';

export class UnreadableFileError extends AppError {
	override readonly name = 'UnreadableFileError';
	override readonly hint = 'Check the path and who may read the file.';

	constructor(
		readonly path: string,
		options: {cause: unknown},
	) {
		const {code} = options.cause as NodeJS.ErrnoException;
		super(sentences[code ?? '']?.(path) ?? `${path} cannot be read (${code}).`, options);
	}
}

const sentences: Readonly<Record<string, (path: string) => string>> = {
	ENOENT: path => `There is no file ${path}.`,
	EISDIR: path => `${path} is a folder, and a file is wanted.`,
};
