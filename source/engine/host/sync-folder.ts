import {open} from 'node:fs/promises';
import {onDisk} from './byte-names.js';

/** Sees to it that names made in a folder are on the disk. */
export async function syncFolder(path: string): Promise<void> {
	await using folder = await open(onDisk(path), 'r');
	await folder.sync();
}
