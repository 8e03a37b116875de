import {AppError} from '../errors/app-error.js';

/** A file on this machine cannot be read or written during a transfer. */
export class LocalFileError extends AppError {
	override readonly name = 'LocalFileError';
	override readonly hint = 'Check that the path exists, its permissions, and the free space of this disk.';

	constructor(
		readonly path: string,
		options: {readonly cause: unknown},
	) {
		super(`Cannot use ${path} on this machine: ${reasonOf(options.cause)}.`, options);
	}
}

function reasonOf(cause: unknown): string {
	const {code, message} = cause as NodeJS.ErrnoException;
	return known[code ?? ''] ?? message;
}

const known: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file or folder',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	EISDIR: 'a folder is in the way',
	ENOTDIR: 'a file is in the way',
	EROFS: 'the file system is read-only',
};
