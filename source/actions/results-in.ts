import type {Dirent} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {join, relative} from 'node:path';
import type {Deployment} from '../engine/deployments/deployment.js';

/** What was brought home so far: paths relative to the deployment's folder, sizes in bytes. */
export async function resultsIn(
	folder: string,
	{roles}: Pick<Deployment, 'roles'>,
): Promise<ReadonlyArray<{readonly path: string; readonly bytes: number}>> {
	const files = await Promise.all(roles.map(async ({name}) => filesIn(join(folder, name))));
	return Promise.all(files.flat().map(async path => ({path: relative(folder, path), bytes: (await stat(path)).size})));
}

async function filesIn(folder: string): Promise<readonly string[]> {
	const entries: Dirent[] = await readdir(folder, {withFileTypes: true, recursive: true}).catch(() => []);
	return entries
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.toSorted();
}
