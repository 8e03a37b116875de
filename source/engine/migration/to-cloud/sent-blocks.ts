import {open, rename} from 'node:fs/promises';
import {join} from 'node:path';
import type {BlockMap} from '../ebs-direct/block-map.js';
import {blockMapBytes} from '../ebs-direct/block-map-file.js';

/** Beside the journal of a finished migration: what its snapshot holds, for the next one to compare with. */
export const sentBlocksFile = (workFolder: string): string => join(workFolder, 'blocks');

/** There whole or not at all. */
export async function writeSentBlocks(workFolder: string, blocks: BlockMap): Promise<void> {
	const file = sentBlocksFile(workFolder);
	const handle = await open(`${file}.new`, 'w', 0o600);
	try {
		await handle.writeFile(blockMapBytes(blocks));
		await handle.sync();
	} finally {
		await handle.close();
	}

	await rename(`${file}.new`, file);
}
