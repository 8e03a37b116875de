import {open, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {bytesOf, nameOf, shownName} from '../host/byte-names.js';
import {isMissing} from '../host/is-missing.js';
import {writeWhole} from '../host/write-whole.js';
import {LocalFileError} from '../ssh/local-file-error.js';

/** SHA-256 in hex by path relative to the file's folder. Names are as `nameOf` makes them. */
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
		return parseSums(nameOf(await readFile(file)));
	} catch (error) {
		if (isMissing(error)) {
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
	await append(path, formatSums(sums));
}

async function append(path: string, text: string): Promise<void> {
	try {
		const file = await open(path, 'a', 0o600);
		try {
			const {size} = await file.stat();
			try {
				await file.appendFile(bytesOf(text));
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

/** A result that has another name here than on its instance. */
export type RenamedResult = {
	/** Relative to the deployment's folder. */
	readonly path: string;
	readonly instance: string;
	readonly remote: string;
};

/**
Keeps a list of both names, `RENAMED` beside SHA256SUMS: a line for each, the name here, a tab, and `master-1:/root/results/name`. What no
terminal can show is written as `\n`, `\xE9`, and a backslash as two.

@throws {LocalFileError}
*/
export async function noteNames(folder: string, renamed: readonly RenamedResult[]): Promise<void> {
	const file = join(folder, 'RENAMED');
	if (renamed.length > 0) {
		const known = new Set((await readOrNothing(file)).split('\n'));
		const shown = (name: string) => shownName(name.replaceAll('\\', '\\\\'));
		const lines = renamed.map(({path, instance, remote}) => `${shown(path)}\t${instance}:${shown(remote)}`);
		await append(file, lines.flatMap(line => (known.has(line) ? [] : [`${line}\n`])).join(''));
	}
}

async function readOrNothing(file: string): Promise<string> {
	return readFile(file, 'utf8').catch((error: unknown) => {
		if (isMissing(error)) {
			return '';
		}

		throw new LocalFileError(file, {cause: error});
	});
}
