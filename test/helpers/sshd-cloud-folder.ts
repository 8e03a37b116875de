import {randomBytes} from 'node:crypto';
import {linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export function readJson<T>(file: string): T | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as T;
	} catch {
		return undefined;
	}
}

/** Another process may write it at the same time. */
export function writeWhole(file: string, content: string): void {
	const own = ownName(file);
	writeFileSync(own, content, {mode: 0o600});
	renameSync(own, file);
}

/** Whether it was this process that wrote it; what is there stays. */
export function writeOnce(file: string, content: string): boolean {
	const own = ownName(file);
	writeFileSync(own, content, {mode: 0o600});
	const first = linkOnce(own, file);
	rmSync(own);
	return first;
}

const ownName = (file: string): string => `${file}.${randomBytes(4).toString('hex')}.new`;

function linkOnce(from: string, to: string): boolean {
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
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw error;
			}
		}
	}
}
