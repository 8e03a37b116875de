import {rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {isMissing} from './is-missing.js';

/** Takes a folder away at once for everybody who looks, however long its removing takes. Finding it gone is success. */
export async function removeFolder(folder: string): Promise<void> {
	const doomed = join(dirname(folder), `.removed-${basename(folder)}`);
	await rm(doomed, {recursive: true, force: true});
	try {
		await rename(folder, doomed);
	} catch (error) {
		if (isMissing(error)) {
			return;
		}

		throw error;
	}

	await rm(doomed, {recursive: true, force: true});
}
