import {constants} from 'node:fs';
import {access, lstat, readdir, readlink, realpath, stat} from 'node:fs/promises';
import {dirname, relative as pathFrom} from 'node:path';
import {nameOf, onDisk, shownName} from '../host/byte-names.js';
import {fileReason} from '../host/file-reason.js';
import {isMissing} from '../host/is-missing.js';
import {LocalFileError} from './local-file-error.js';
import {
	goneText,
	holesOf,
	insideOf,
	pathUnder,
	type Remark,
	type Tree,
	type TreeEntry,
	type TreeFile,
	type TreeLink,
} from './tree.js';

/**
Lists what is to go to an instance. A link that leads to something inside is a link there, too: a relative one as it is, another
one made relative. What a link leads to outside goes in its place, since it is not there; a link that leads nowhere, or to a
folder that it is in, stays what it is.

With `mustOpen`, each file is tried, too: what cannot be read is then known before anything is sent.

@throws {LocalFileError} When there is nothing at the path, or it cannot be read.
*/
export async function listLocalTree(
	root: string,
	{mustOpen = false}: {readonly mustOpen?: boolean} = {},
): Promise<Tree> {
	const folders: TreeEntry[] = [];
	const files: TreeFile[] = [];
	const links: TreeLink[] = [];
	const unreadable: Remark[] = [];
	const remarks: Remark[] = [];

	/** `real` is where it lies, `tops` what was entered by its own path or through a link that leads out. */
	const visit = async (relative: string, real: string, tops: readonly Top[]): Promise<void> => {
		const stats = await lstat(onDisk(real));
		const entry = {relative, mode: stats.mode & 0o777, modifiedAt: Math.max(0, Math.floor(stats.mtimeMs / 1000))};
		if (stats.isFile()) {
			if (mustOpen) {
				await access(onDisk(real), constants.R_OK);
			}

			files.push({...entry, size: stats.size, holeBytes: holesOf(stats.size, stats.blocks)});
		} else if (stats.isSymbolicLink()) {
			await visitLink(relative, real, tops);
		} else if (stats.isDirectory()) {
			folders.push(entry);
			for (const name of await namesIn(real)) {
				await visitInner(relative === '' ? name : `${relative}/${name}`, pathUnder(real, name), tops);
			}
		} else {
			remarks.push({path: relative, text: 'is a pipe, socket or device, and is left out'});
		}
	};

	const visitInner = async (relative: string, real: string, tops: readonly Top[]): Promise<void> => {
		try {
			await visit(relative, real, tops);
		} catch (error) {
			if (isMissing(error)) {
				remarks.push({path: relative, text: goneText});
			} else {
				unreadable.push({path: relative, text: `cannot be read: ${fileReason(error)}`});
			}
		}
	};

	const visitLink = async (relative: string, real: string, tops: readonly Top[]): Promise<void> => {
		const top = tops.at(-1) ?? {real, relative};
		const target = nameOf(await readlink(onDisk(real), 'buffer'));
		const found = await resolved(real);
		if (found === undefined) {
			links.push({relative, target});
			remarks.push({path: relative, text: `is a link that leads nowhere, to ${shownName(target)}`});
		} else if (isIn(top.real, found)) {
			const local = {relative: relative.slice(top.relative === '' ? 0 : top.relative.length + 1), target};
			const isKept = insideOf(local) !== undefined;
			links.push({relative, target: isKept ? target : pathFrom(dirname(real), found) || '.'});
		} else if (tops.some(other => isIn(found, other.real))) {
			links.push({relative, target});
			remarks.push({path: relative, text: `is a link to ${shownName(target)}, a folder that it is in, and stays one`});
		} else {
			remarks.push({
				path: relative,
				text: `is a link to ${shownName(target)}, outside of the folder: what it points to is brought in its place`,
			});
			await visit(relative, found, [...tops, {real: found, relative}]);
		}
	};

	try {
		const real = nameOf(await realpath(onDisk(root), 'buffer'));
		const stats = await stat(onDisk(real));
		if (!stats.isFile() && !stats.isDirectory()) {
			throw Object.assign(new Error('it is a pipe, socket or device'), {code: 'ENXIO'});
		}

		await visit('', real, [{real, relative: ''}]);
	} catch (error) {
		throw new LocalFileError(root, {cause: error});
	}

	return {folders, files, links, unreadable, remarks};
}

/** @throws {LocalFileError} When some of it cannot be read. */
export async function readableTree(root: string): Promise<Tree> {
	const tree = await listLocalTree(root);
	const [first] = tree.unreadable;
	if (first) {
		const reason = first.text.replace(/^.*?: /, '');
		throw new LocalFileError(pathUnder(root, first.path), {cause: new Error(reason)});
	}

	return tree;
}

type Top = {readonly real: string; readonly relative: string};

async function namesIn(folder: string): Promise<readonly string[]> {
	// Typed as text, though it gives bytes when it is given some.
	const names = await readdir(onDisk(folder), {encoding: 'buffer'});
	return names.map(nameOf).toSorted();
}

/** Where a link leads in the end; undefined when that is nowhere, itself for instance. */
async function resolved(link: string): Promise<string | undefined> {
	try {
		return nameOf(await realpath(onDisk(link), 'buffer'));
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') {
			return undefined;
		}

		throw error;
	}
}

const isIn = (folder: string, path: string): boolean =>
	path === folder || path.startsWith(`${folder.replace(/(?<!\/)\/+$/, '')}/`);
