import {randomUUID} from 'node:crypto';
import {open, readdir, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {passFence} from '../engine/host/fence.js';
import {syncFolder} from '../engine/host/sync-folder.js';

/** Replaces a file as a whole: after a crash or a power failure it is the old or the new one. Mode 0600. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
	const temporary = `${path}.${randomUUID().slice(0, 8)}.new`;
	try {
		await using file = await open(temporary, 'wx', 0o600);
		await file.writeFile(content);
		await file.sync();
		await passFence();
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}

	await syncFolder(dirname(path));
}

/** Takes away what writers of this file left when they were killed. For when no other can be writing. */
export async function removeUnfinishedWrites(path: string): Promise<void> {
	for (const name of await readdir(dirname(path))) {
		if (name.startsWith(`${basename(path)}.`) && name.endsWith('.new')) {
			await rm(join(dirname(path), name), {force: true});
		}
	}
}
