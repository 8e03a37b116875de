import {linkSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export function readJson<T>(file: string): T | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as T;
	} catch {
		return undefined;
	}
}

export function writeWhole(file: string, content: string): void {
	writeFileSync(`${file}.new`, content, {mode: 0o600});
	renameSync(`${file}.new`, file);
}

export function linkOnce(from: string, to: string): boolean {
	try {
		linkSync(from, to);
		return true;
	} catch {
		return false;
	}
}

/** Counts from 1, across processes. */
export function takeNumber(folder: string, what: string): number {
	for (let number = 1; ; number++) {
		try {
			mkdirSync(join(folder, 'numbers', `${what}-${number}`));
			return number;
		} catch {
			// Taken.
		}
	}
}
