import {readFile} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {UnreadableFileError} from './unreadable-file-error.js';

/** @throws {UnreadableFileError} */
export async function readTextFile(file: string): Promise<{
	readonly bytes: Buffer;
	readonly text: string;
	readonly folder: string;
}> {
	const path = resolve(file);
	try {
		const bytes = await readFile(path);
		return {bytes, text: bytes.toString('utf8'), folder: dirname(path)};
	} catch (error) {
		throw new UnreadableFileError(path, {cause: error});
	}
}
