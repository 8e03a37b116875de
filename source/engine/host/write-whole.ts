import {open, rename} from 'node:fs/promises';
import {dirname} from 'node:path';
import {LocalFileError} from '../ssh/local-file-error.js';
import {bytesOf} from './byte-names.js';
import {syncFolder} from './sync-folder.js';

/**
Writes a file whole and durably: whoever looks sees the old one or the new one.

@throws {LocalFileError}
*/
export async function writeWhole(path: string, content: string, mode = 0o600): Promise<void> {
	try {
		const file = await open(`${path}.new`, 'w', mode);
		try {
			await file.writeFile(bytesOf(content));
			await file.sync();
		} finally {
			await file.close();
		}

		await rename(`${path}.new`, path);
		await syncFolder(dirname(path));
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}
