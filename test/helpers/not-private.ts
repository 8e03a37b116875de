import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** What below a folder others may look into, or its owner may not: each with its permissions. Links have none of their own. */
export async function notPrivate(folder: string): Promise<readonly string[]> {
	const names = ['', ...(await readdir(folder, {recursive: true}))];
	const found: string[] = [];
	for (const name of names) {
		const stats = await lstat(join(folder, name)).catch(() => undefined); // Some are gone soon.
		const mine = stats?.isDirectory() ? 0o700 : stats?.isSocket() || stats?.isFile() ? 0o600 : undefined;
		if (stats && mine !== undefined && (stats.mode & 0o677) !== (mine & 0o677)) {
			found.push(`${(stats.mode & 0o777).toString(8)} ${name || '.'}`);
		}
	}

	return found;
}
