/** Why a file or folder of this machine could not be used, for the end of a sentence. */
export function fileReason(cause: unknown): string {
	const {code, message} = cause as NodeJS.ErrnoException;
	return known[code ?? ''] ?? message;
}

/** Whether the operating system refused a file, and not a fault of ours. */
export const isFileRefusal = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code in known;

const known: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file or folder',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	EISDIR: 'a folder is in the way',
	ENOTDIR: 'a file is in the way',
	EEXIST: 'a file is in the way',
	EROFS: 'the file system is read-only',
	EIO: 'the disk has a fault',
	ELOOP: 'it is a link that leads round in a circle',
	EILSEQ: 'this file system cannot store such a name',
	ENAMETOOLONG: 'its name is too long for this file system',
	EFBIG: 'it is too large for this file system',
};
