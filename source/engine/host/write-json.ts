import {randomBytes} from 'node:crypto';
import {open, rename, rm} from 'node:fs/promises';
import {withRoom} from './with-room.js';

/**
Puts a private JSON file in its place whole, or leaves what was there.

@throws {FullDiskError}
*/
export async function writeJson(file: string, value: unknown): Promise<void> {
	const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
	try {
		await withRoom(file, async () => writeDraft(draft, value));
	} catch (error) {
		await rm(draft, {force: true});
		throw error;
	}

	await rename(draft, file);
}

async function writeDraft(draft: string, value: unknown): Promise<void> {
	const handle = await open(draft, 'wx', 0o600);
	try {
		await handle.writeFile(`${JSON.stringify(value, undefined, '\t')}\n`);
		await handle.sync();
	} finally {
		await handle.close();
	}
}
