import {open} from 'node:fs/promises';
import type {BlockSource} from '../../images/block-source.js';
import {readFully} from '../../images/read-fully.js';

/** A raw disk in a file, to be read. */
export async function openPlainFile(file: string): Promise<BlockSource> {
	const handle = await open(file, 'r');
	const {size} = await handle.stat();
	return {
		sizeBytes: size,
		read: async (offset, length) => readFully(handle, offset, length),
		close: async () => handle.close(),
	};
}
