import {open, readFile} from 'node:fs/promises';
import {writeWhole} from '../host/write-whole.js';
import {LocalFileError} from '../ssh/local-file-error.js';

/** SHA-256 in hex by path relative to the file's folder. */
export type Sums = ReadonlyMap<string, string>;

/** Writes what `sha256sum -c` reads, sorted by path. */
export function formatSums(sums: Sums): string {
	return [...sums]
		.toSorted(([left], [right]) => (left < right ? -1 : 1))
		.map(([path, sha256]) => {
			const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
			return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
		})
		.join('');
}

/** A last line without its end is left out: it was cut off while it was written, and may be the beginning of another path. */
export function parseSums(text: string): Sums {
	return new Map(
		text
			.slice(0, text.lastIndexOf('\n') + 1)
			.split('\n')
			.flatMap((line): Array<[string, string]> => {
				const [, mark, sha256 = '', path = ''] = /^(\\?)([0-9a-f]{64}) [ *]([^\0\r]+)$/.exec(line) ?? [];
				const unescaped = path.replace(/\\([\\nr])/g, (_, letter: string) => escapes[letter] ?? letter);
				return sha256 ? [[mark ? unescaped : path, sha256]] : [];
			}),
	);
}

const escapes: Readonly<Record<string, string>> = {n: '\n', r: '\r'};

export async function readSums(file: string): Promise<Sums> {
	try {
		return parseSums(await readFile(file, 'utf8'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return new Map();
		}

		throw error;
	}
}

/**
Adds to a whole file, durably, or leaves it as it was.

@throws {LocalFileError}
*/
export async function appendSums(path: string, sums: Sums): Promise<void> {
	try {
		const file = await open(path, 'a', 0o600);
		try {
			const {size} = await file.stat();
			try {
				await file.appendFile(formatSums(sums));
				await file.datasync();
			} catch (error) {
				await file.truncate(size);
				throw error;
			}
		} finally {
			await file.close();
		}
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}

export async function writeSums(file: string, sums: Sums): Promise<void> {
	await writeWhole(file, formatSums(sums));
}
