import {appendFile, readFile} from 'node:fs/promises';
import {join} from 'node:path';

const file = (folder: string) => join(folder, 'accepted-host-keys');

/** The user knows better than the console: from now on this node has this key. */
export async function acceptHostKey(folder: string, node: string, fingerprint: string): Promise<void> {
	await appendFile(file(folder), `${node} ${fingerprint}\n`, {mode: 0o600});
}

export async function isAccepted(folder: string, node: string, fingerprint: string): Promise<boolean> {
	const lines = await readFile(file(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') {
			return '';
		}

		throw error;
	});
	return lines.split('\n').includes(`${node} ${fingerprint}`);
}
