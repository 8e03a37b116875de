import {open, rename} from 'node:fs/promises';

/** Writes a file whole and durably: whoever looks sees the old one or the new one. */
export async function writeWhole(path: string, content: string, mode = 0o600): Promise<void> {
	const file = await open(`${path}.new`, 'w', mode);
	try {
		await file.writeFile(content);
		await file.sync();
	} finally {
		await file.close();
	}

	await rename(`${path}.new`, path);
}
