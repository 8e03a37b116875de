import {mkdir} from 'node:fs/promises';
import {LocalFileError} from '../ssh/local-file-error.js';

/**
Makes a folder for its owner alone, and what is missing above it.

@throws {LocalFileError}
*/
export async function makeFolder(path: string): Promise<void> {
	await mkdir(path, {recursive: true, mode: 0o700}).catch((cause: unknown) => {
		throw new LocalFileError(path, {cause});
	});
}
