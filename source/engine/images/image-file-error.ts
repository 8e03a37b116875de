import {AppError} from '../errors/app-error.js';

const sentences: Readonly<Record<string, string>> = {
	ENOENT: 'does not exist',
	ENOTDIR: 'does not exist',
	EACCES: 'may not be read by you',
	EPERM: 'may not be read by you',
	EISDIR: 'is a folder, not a file',
	ENXIO: 'is a socket or device, not a file',
};

/** The image's file cannot be read at all. */
export class ImageFileError extends AppError {
	override readonly name = 'ImageFileError';
	override readonly hint =
		'Check the path and its permissions; VirtualBox shows where a disk lies under File > Virtual Media Manager.';

	constructor(
		readonly file: string,
		/** As the system names it, e.g. `ENOENT`. */
		readonly code: string,
		options?: ErrorOptions,
	) {
		super(`${file} ${sentences[code] ?? `cannot be read (${code})`}.`, options);
	}
}
