import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The folder D2CM is installed in: the nearest one above this file with our examples. */
export function projectFolder(): string {
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, 'examples')) && folder !== dirname(folder)) {
		folder = dirname(folder);
	}

	return folder;
}
