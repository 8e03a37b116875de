import {appendFile, open, stat, truncate} from 'node:fs/promises';
import {join} from 'node:path';
import {isMissing} from '../../host/is-missing.js';
import {safeText} from './safe-text.js';

const consoleBytes = 64 * 1024;
const mostBytes = 8 * 1024 * 1024;

/** The last 64 KiB of the serial console as text that is safe to show; empty when there is none. */
export async function readConsole(folder: string): Promise<string> {
	return safeText((await readEnd(folder)).toString('utf8'));
}

/** Keeps the log of a guest that never stops talking from filling the disk; QEMU appends wherever its end is. */
export async function trimConsole(folder: string): Promise<void> {
	const file = join(folder, 'console.log');
	try {
		if ((await stat(file)).size > mostBytes) {
			const end = await readEnd(folder);
			await truncate(file);
			await appendFile(file, end);
		}
	} catch (error) {
		if (!isMissing(error)) {
			throw error;
		}
	}
}

async function readEnd(folder: string): Promise<Buffer> {
	try {
		await using file = await open(join(folder, 'console.log'));
		const {size} = await file.stat();
		const buffer = Buffer.alloc(Math.min(size, consoleBytes));
		const {bytesRead} = await file.read(buffer, 0, buffer.length, size - buffer.length);
		return buffer.subarray(0, bytesRead);
	} catch (error) {
		if (isMissing(error)) {
			return Buffer.alloc(0);
		}

		throw error;
	}
}
