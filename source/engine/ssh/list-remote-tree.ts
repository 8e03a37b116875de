import type {Stats} from 'ssh2';
import {limited} from './limited.js';
import {RemoteFileMissingError} from './remote-file-missing-error.js';
import type {SftpFiles} from './sftp-files.js';
import {pathUnder, type SkippedEntry, type Tree, type TreeFile} from './tree.js';

/** On a distant instance the questions take the time, so several are asked at once. */
const foldersAtOnce = 16;

/** @throws {RemoteFileMissingError} When there is nothing at the path. */
export async function listRemoteTree(
	sftp: SftpFiles,
	target: string,
	root: string,
	signal?: AbortSignal,
): Promise<Tree> {
	const atOnce = limited(foldersAtOnce);
	const folders: string[] = [];
	const files: TreeFile[] = [];
	const skipped: SkippedEntry[] = [];

	const visit = async (relative: string, known: Stats | undefined, parents: readonly string[]): Promise<void> => {
		const path = pathUnder(root, relative);
		const stats = known && !known.isSymbolicLink() ? known : await atOnce(async () => sftp.stat(path, signal));
		if (!stats) {
			skipped.push({path: relative, why: 'it leads nowhere'});
		} else if (stats.isFile()) {
			files.push({relative, size: stats.size, mode: stats.mode & 0o777});
		} else if (!stats.isDirectory()) {
			skipped.push({path: relative, why: 'it is no file and no folder'});
		} else {
			const real = await atOnce(async () => sftp.realPath(path, signal));
			if (parents.includes(real)) {
				skipped.push({path: relative, why: 'it leads back to a folder it is in'});
				return;
			}

			folders.push(relative);
			const entries = await atOnce(async () => sftp.list(path, signal));
			await Promise.all(
				entries.map(async ({filename, attrs}) => {
					const inner = relative === '' ? filename : `${relative}/${filename}`;
					if (isPlainName(filename)) {
						await visit(inner, attrs, [...parents, real]);
					} else {
						skipped.push({path: inner, why: 'its name cannot be used'});
					}
				}),
			);
		}
	};

	const stats = await sftp.stat(root, signal);
	if (!stats) {
		throw new RemoteFileMissingError(target, root);
	}

	await visit('', stats, []);
	return {
		folders: folders.toSorted(),
		files: files.toSorted((a, b) => (a.relative < b.relative ? -1 : 1)),
		skipped,
	};
}

/** An instance tells these names: none may lead out of the folder. U+FFFD stands where a name is not UTF-8. */
function isPlainName(name: string): boolean {
	return name !== '' && name !== '.' && name !== '..' && !/[/\0\uFFFD]/.test(name);
}
