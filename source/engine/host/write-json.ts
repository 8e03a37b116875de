import {randomBytes} from 'node:crypto';
import {open, rename} from 'node:fs/promises';

/** Puts a private JSON file in its place whole, or leaves what was there. */
export async function writeJson(file: string, value: unknown): Promise<void> {
	const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
	const handle = await open(draft, 'wx', 0o600);
	try {
		await handle.writeFile(`${JSON.stringify(value, undefined, '\t')}\n`);
		await handle.sync();
	} finally {
		await handle.close();
	}

	await rename(draft, file);
}
