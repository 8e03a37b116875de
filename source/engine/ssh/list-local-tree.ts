import {readdir, realpath, stat} from 'node:fs/promises';
import {LocalFileError} from './local-file-error.js';
import {pathUnder, type SkippedEntry, type Tree, type TreeFile} from './tree.js';

/** @throws {LocalFileError} When there is nothing, or something cannot be read. */
export async function listLocalTree(root: string): Promise<Tree> {
	const folders: string[] = [];
	const files: TreeFile[] = [];
	const skipped: SkippedEntry[] = [];

	const visit = async (relative: string, parents: readonly string[]): Promise<void> => {
		const path = pathUnder(root, relative);
		try {
			const {mode, size, ...entry} = await describe(path);
			if (entry.isFile) {
				files.push({relative, size, mode: mode & 0o777});
			} else if (!entry.isFolder) {
				skipped.push({path: relative, why: 'it is no file and no folder'});
			} else {
				const real = await realpath(path);
				if (parents.includes(real)) {
					skipped.push({path: relative, why: 'it leads back to a folder it is in'});
					return;
				}

				folders.push(relative);
				for (const name of (await readdir(path)).toSorted()) {
					await visit(relative === '' ? name : `${relative}/${name}`, [...parents, real]);
				}
			}
		} catch (error) {
			if (relative !== '' && (error as NodeJS.ErrnoException).code === 'ENOENT') {
				skipped.push({path: relative, why: 'it leads nowhere'});
			} else {
				throw error instanceof LocalFileError ? error : new LocalFileError(path, {cause: error});
			}
		}
	};

	await visit('', []);
	return {folders, files, skipped};
}

async function describe(path: string) {
	const stats = await stat(path);
	return {mode: stats.mode, size: stats.size, isFile: stats.isFile(), isFolder: stats.isDirectory()};
}
