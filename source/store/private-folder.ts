import {chmod, lstat, mkdir, readdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {ForeignHomeError, OpenHomeError} from './open-home-error.js';

const isFile = (name: string) => /^(db\.json|db\.lock|unrun\.lock)$/.test(name);

const isOurs = (name: string) => /^(db\.json|db\.lock|deployments|migrations|local)/.test(name);

/** Makes a folder and what is missing above it, for its owner alone. */
export async function makePrivateFolder(path: string): Promise<void> {
	if (!(await makeOne(path))) {
		await makePrivateFolder(dirname(path));
		// Where no folder can be made at all, as below /proc or an automounter, Node's own recursion goes on for ever.
		await mkdir(path, {mode: 0o700}).catch(unlessThere(path));
	}
}

/** False where what is above it is missing. */
async function makeOne(path: string): Promise<boolean> {
	try {
		await mkdir(path, {mode: 0o700}).catch(unlessThere(path));
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) {
			return false;
		}

		throw error;
	}
}

/** A folder that is there already will do, also under another name; one without leave to make it, too. */
const unlessThere = (path: string) => async (error: unknown) => {
	const isFolder = await stat(path).then(
		found => found.isDirectory(),
		() => false,
	);
	if (!isFolder) {
		throw error;
	}
};

/**
Makes the data folder, or closes it to others. A folder that holds other things is never closed: D2CM_HOME was then
probably set to it by mistake.

@returns What the user should know: on FAT and some shares a folder is open to whoever it was mounted for, and stays so.
@throws {OpenHomeError | ForeignHomeError}
*/
export async function makeHome(home: string): Promise<readonly string[]> {
	await makePrivateFolder(home);
	await mustBeOurs(home);
	if (((await stat(home)).mode & 0o077) === 0) {
		return [];
	}

	const names = await readdir(home);
	if (names.length > 0 && !names.some(isOurs)) {
		throw new OpenHomeError(home);
	}

	return (await close(home, 0o700))
		? []
		: [
				`The file system of ${home} keeps no permissions: other users of this machine may read the keys in it. Mount it with umask=077, or set D2CM_HOME to another folder.`,
			];
}

/** Whoever made the folder could lead what root writes or closes there to any file, so root is no exception. */
async function mustBeOurs(home: string): Promise<void> {
	const me = process.geteuid?.();
	if ((await stat(home)).uid !== me) {
		throw new ForeignHomeError(
			`The data folder ${home} belongs to another user.`,
			'Work as that user, or set D2CM_HOME to a folder of your own.',
		);
	}

	// A folder in it may be a link of ours, to a larger disk; a file is written and closed to others under its own name.
	for (const name of await readdir(home)) {
		const entry = await lstat(join(home, name)).catch(() => undefined);
		const isForeign = entry !== undefined && isOurs(name) && entry.uid !== me;
		if (isForeign || (isFile(name) && entry?.isSymbolicLink())) {
			throw new ForeignHomeError(
				`${join(home, name)} ${isForeign ? 'belongs to another user' : 'is a link'}, so D2CM does not use it.`,
				isForeign ? 'Move it away, or set D2CM_HOME to another folder.' : 'Put the file itself there.',
			);
		}
	}
}

/** A file that was copied or edited by hand may have become readable to others. */
export async function closeToOthers(file: string): Promise<void> {
	const found = await stat(file).catch(() => undefined);
	if (found && (found.mode & 0o077) !== 0) {
		await close(file, 0o600);
	}
}

/** @returns False where the file system does not do it, whoever asks. */
async function close(path: string, mode: number): Promise<boolean> {
	try {
		await chmod(path, mode);
	} catch (error) {
		const {code = ''} = error as NodeJS.ErrnoException;
		const isOurs = (await stat(path)).uid === process.geteuid?.();
		if (!isOurs || !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) {
			throw error;
		}
	}

	return ((await stat(path)).mode & 0o077) === 0;
}
