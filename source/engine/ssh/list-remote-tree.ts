import {bytesOf, shownName} from '../host/byte-names.js';
import {limited} from './limited.js';
import {RemoteFileError} from './remote-file-error.js';
import {RemoteFileMissingError} from './remote-file-missing-error.js';
import type {SftpFiles, SftpStats} from './sftp-files.js';
import {
	goneText,
	insideOf,
	pathUnder,
	type Remark,
	type Tree,
	type TreeEntry,
	type TreeFile,
	type TreeLink,
} from './tree.js';

/** On a distant instance the questions take the time, so several are asked at once. */
const foldersAtOnce = 16;

/**
Lists what is there, links as links. What they lead to comes once, if it is inside; a link that leads out is remarked.

@throws {RemoteFileMissingError} When there is nothing at the path.
*/
export async function listRemoteTree(
	sftp: SftpFiles,
	target: string,
	root: string,
	signal?: AbortSignal,
): Promise<Tree> {
	const atOnce = limited(foldersAtOnce);
	const folders: TreeEntry[] = [];
	const files: TreeFile[] = [];
	const links: TreeLink[] = [];
	const unreadable: Remark[] = [];
	const remarks: Remark[] = [];

	const visit = async (relative: string, {kind, size, mode, modifiedAt}: SftpStats): Promise<void> => {
		const path = pathUnder(root, relative);
		const entry = {relative, mode: mode & 0o777, modifiedAt};
		if (kind === 'file') {
			files.push({...entry, size, holeBytes: 0});
		} else if (kind === 'link') {
			const link = {relative, target: await atOnce(async () => sftp.readLink(path, signal))};
			links.push(link);
			remarks.push(...remarkOf(link, root));
		} else if (kind === 'other') {
			remarks.push({path: relative, text: specialText});
		} else {
			folders.push(entry);
			const entries = await atOnce(async () => sftp.list(path, signal));
			await Promise.all(
				entries.map(async ({name, stats}) => {
					const inner = relative === '' ? name : `${relative}/${name}`;
					if (isPlainName(name) && bytesOf(pathUnder(root, inner)).length <= mostPathBytes) {
						await visitInner(inner, stats);
					} else {
						unreadable.push({path: inner, text: 'has a name that no file can have'});
					}
				}),
			);
		}
	};

	const visitInner = async (relative: string, stats: SftpStats): Promise<void> => {
		try {
			await visit(relative, stats);
		} catch (error) {
			if (error instanceof RemoteFileError) {
				unreadable.push({path: relative, text: `cannot be read: ${error.why}`});
			} else if (error instanceof RemoteFileMissingError) {
				remarks.push({path: relative, text: goneText});
			} else {
				throw error;
			}
		}
	};

	const stats = await sftp.stat(root, signal);
	if (!stats) {
		throw new RemoteFileMissingError(target, root);
	}

	await visit('', stats);
	return {
		folders: folders.toSorted(byPath),
		files: files.toSorted(byPath),
		links: links.toSorted(byPath),
		unreadable,
		remarks,
	};
}

/** Nothing is in them but what a process was about to pass on. */
export const specialText = 'is a pipe, socket or device, which holds no data, and was left out';

/** A user must know of what does not come because it is elsewhere. */
export function remarkOf(link: TreeLink, root: string): readonly Remark[] {
	const isAbsolute = link.target.startsWith('/');
	const folder = `${root.replace(/(?<!\/)\/+$/, '')}/`;
	if (!isAbsolute && insideOf(link) !== undefined) {
		return [];
	}

	const target = shownName(link.target);
	const text =
		isAbsolute && `${link.target}/`.startsWith(folder)
			? `is a link to ${target}, which leads nowhere here; what it points to came under its own name`
			: `is a link to ${target}, outside of what is collected: the link came, what it points to did not`;
	return [{path: link.relative, text}];
}

const byPath = (a: {readonly relative: string}, b: {readonly relative: string}) => (a.relative < b.relative ? -1 : 1);

/** As Linux has them; a path that is longer than this is asked for by nobody, so folders in folders end somewhere. */
const [mostNameBytes, mostPathBytes] = [255, 4095];

/** An instance tells these names: none may lead out of the folder. */
export function isPlainName(name: string): boolean {
	return name !== '' && name !== '.' && name !== '..' && bytesOf(name).length <= mostNameBytes && !/[/\0]/.test(name);
}
