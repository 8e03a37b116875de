import {GuestEditError} from './guest-edit-error.js';

/** The longest name an ext file system holds. */
const longestName = 255;
const plainName = /^[\p{L}\p{N}._@+][\p{L}\p{M}\p{N} ._@+,:;=~%()#&$'`-]*$/u;

/**
Says whether debugfs can be told this name of a file. Its language has quotes, line ends, `!` for a shell and `<12>` for an
inode; a name with any of these stays out of it, whoever chose it.
*/
export function isPlainName(name: string): boolean {
	return plainName.test(name) && Buffer.byteLength(name) <= longestName;
}

/** Puts the name of one file into a debugfs command. */
export function debugfsName(name: string): string {
	if (!isPlainName(name)) {
		throw new GuestEditError(`debugfs cannot be given the name ${JSON.stringify(name.slice(0, 100))}.`);
	}

	return `"${name}"`;
}

/** Puts a path of our own, a link's target or a file of the scratch folder, into a debugfs command. */
export function debugfsPath(path: string): string {
	const names = path.split('/');
	if (path === '' || !names.every((name, index) => (name === '' ? index === 0 : isPlainName(name)))) {
		throw new GuestEditError(`debugfs cannot be given the path ${JSON.stringify(path.slice(0, 100))}.`);
	}

	return `"${path}"`;
}
