import {readFile} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {UnreadableFileError} from './unreadable-file-error.js';

/** @throws {UnreadableFileError} */
export async function readTextFile(file: string): Promise<{readonly text: string; readonly folder: string}> {
	const path = resolve(file);
	try {
		return {text: await readFile(path, 'utf8'), folder: dirname(path)};
	} catch (error) {
		throw new UnreadableFileError(path, {cause: error});
	}
}
