import {randomBytes} from 'node:crypto';
import {open, readdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {LocalFileError} from '../ssh/local-file-error.js';
import {bytesOf} from './byte-names.js';
import {passFence} from './fence.js';
import {isMissing} from './is-missing.js';
import {syncFolder} from './sync-folder.js';

/**
Writes a file whole and durably: whoever looks sees the old one or the new one.

@throws {LocalFileError}
*/
export async function writeWhole(path: string, content: string, mode = 0o600): Promise<void> {
	const draft = `${path}.${randomBytes(4).toString('hex')}.new`;
	try {
		const file = await open(draft, 'wx', mode);
		try {
			await file.writeFile(bytesOf(content));
			await file.sync();
		} finally {
			await file.close();
		}

		await passFence();
		await rename(draft, path);
		await syncFolder(dirname(path));
	} catch (cause) {
		await rm(draft, {force: true}).catch(() => undefined); // What is said is why it could not be written.
		throw new LocalFileError(path, {cause});
	}
}

/**
Takes away what writers have left that died, or were replaced: one that goes on after all finds nothing that it could put in its
place.
*/
export async function removeDrafts(folder: string): Promise<void> {
	try {
		for (const name of (await readdir(folder)).filter(name => /\.[0-9a-f]{8}\.new$/.test(name))) {
			await rm(join(folder, name), {force: true});
		}
	} catch (cause) {
		if (!isMissing(cause)) {
			throw new LocalFileError(folder, {cause});
		}
	}
}
