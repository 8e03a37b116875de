import {createHash, randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {
	chmod,
	type FileHandle,
	lstat,
	mkdir,
	open,
	readlink,
	rename,
	rm,
	symlink,
	unlink,
	utimes,
} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {bytesOf, nameOf, onDisk, shownName} from '../host/byte-names.js';
import {homeNames} from './home-names.js';
import {LocalFileError} from './local-file-error.js';
import type {Renamed} from './shell.js';
import {pathUnder, type Remark, type Tree} from './tree.js';

/**
The place here of what comes from an instance. It tells the names and the links, so nothing is ever written through a link that
lies at or below the root: not through one that came with it, nor one that an earlier call has left.
*/
export type HomeTree = {
	/** Where something of the tree lies here. */
	path(relative: string): string;
	/**
	Where a file of the tree grows, before it gets its name: beside the tree, since in it an instance could have a file of that name.
	*/
	part(relative: string): string;
	/** The same as `path`, relative to the root's parent folder. */
	name(relative: string): string;
	/** Puts the links, once all files are there, and gives folders their modes and times; tells what could not be put. */
	finish(): Promise<readonly Remark[]>;
	/** What is here besides files, for a summary. */
	readonly others: readonly string[];
	readonly renamed: readonly Renamed[];
};

/**
Makes the folders of a tree. What is in the way and is a link goes.

@throws {LocalFileError}
*/
export async function openHomeTree(root: string, {folders, files, links}: Tree): Promise<HomeTree> {
	const parent = dirname(root);
	await atHome(parent, async () => mkdir(onDisk(parent), {recursive: true}));
	const relatives = [...folders, ...files, ...links].map(({relative}) => relative);
	const nameOfPath = await atHome(parent, async () => homeNames(root, relatives));
	const path = (relative: string) => pathUnder(root, nameOfPath(relative));
	const name = (relative: string) => pathUnder(basename(root), nameOfPath(relative));
	for (const {relative} of folders) {
		await makeFolder(path(relative));
	}

	return {
		path,
		part: relative => join(parent, `.d2cm-${partMark(name(relative), relative === '')}.part`),
		name,
		async finish() {
			const remarks: Remark[] = [];
			for (const {relative, target} of links) {
				const text = await placeLink(path(relative), target);
				remarks.push(...(text === undefined ? [] : [{path: relative, text}]));
			}

			// Children before their parents. We can always read and write ours.
			for (const {relative, mode, modifiedAt} of folders.toReversed()) {
				const folder = onDisk(path(relative));
				const handle = {
					chmod: async (bits: number) => chmod(folder, bits),
					utimes: async (read: number, written: number) => utimes(folder, read, written),
				};
				await atHome(path(relative), async () => makeAlike(handle, mode | 0o700, modifiedAt));
			}

			return remarks;
		},
		others: [...folders, ...links].map(({relative}) => name(relative)),
		renamed: relatives.flatMap(remote => (nameOfPath(remote) === remote ? [] : [{path: name(remote), remote}])),
	};
}

async function makeFolder(path: string): Promise<void> {
	await atHome(path, async () => {
		const kind = await kindAt(path);
		if (kind === 'link') {
			await unlink(onDisk(path));
		}

		if (kind !== 'folder') {
			await mkdir(onDisk(path));
		}
	});
}

/** @returns What to say where this machine's file system holds no links; nothing is lost but its target. */
async function placeLink(path: string, target: string): Promise<string | undefined> {
	return atHome(path, async () => {
		if ((await kindAt(path)) === 'link' && nameOf(await readlink(onDisk(path), 'buffer')) === target) {
			return undefined;
		}

		const temporary = join(dirname(path), `.d2cm-${randomBytes(6).toString('hex')}.part`);
		try {
			await symlink(onDisk(target), onDisk(temporary));
		} catch (error) {
			if (linklessCodes.has((error as NodeJS.ErrnoException).code ?? '')) {
				return `is a link to ${shownName(target)}, which the file system here cannot hold`;
			}

			throw error;
		}

		await rename(onDisk(temporary), onDisk(path)).catch(async (error: unknown) => {
			await rm(onDisk(temporary), {force: true});
			throw error;
		});
		return undefined;
	});
}

/** What file systems without symbolic links answer, and such as keep no modes: FAT, shared folders. */
const linklessCodes: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives what came home the mode and the time it has on the instance, as far as the file system here keeps any. */
export async function makeAlike(
	entry: {chmod(mode: number): Promise<void>; utimes(read: number, written: number): Promise<void>},
	mode: number,
	modifiedAt: number,
): Promise<void> {
	for (const set of [async () => entry.chmod(mode), async () => entry.utimes(modifiedAt, modifiedAt)]) {
		await set().catch((error: NodeJS.ErrnoException) => {
			if (!linklessCodes.has(error.code ?? '')) {
				throw error;
			}
		});
	}
}

/** An instance chooses the names in a tree: a short mark of theirs could be made the same for two. */
const partMark = (name: string, isRoot: boolean): string =>
	createHash('sha256')
		.update(bytesOf(name))
		.digest('hex')
		.slice(0, isRoot ? 12 : 64);

/** Opens such a part to be read and written, whatever an instance has put in its place. */
export async function openPart(path: string, {fresh = false} = {}): Promise<FileHandle> {
	const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | (fresh ? constants.O_TRUNC : 0);
	return open(onDisk(path), flags, 0o600).catch(async (error: NodeJS.ErrnoException) => {
		if (error.code !== 'ELOOP') {
			throw error;
		}

		await unlink(onDisk(path));
		return open(onDisk(path), flags | constants.O_EXCL, 0o600);
	});
}

/** Of the entry itself; undefined when there is none. */
async function kindAt(path: string): Promise<'file' | 'folder' | 'link' | 'other' | undefined> {
	try {
		const stats = await lstat(onDisk(path));
		return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

/** @throws {LocalFileError} Whatever goes wrong. */
export async function atHome<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw cause instanceof LocalFileError ? cause : new LocalFileError(path, {cause});
	}
}
