import {type FSWatcher, watch} from 'node:fs';
import {type FileHandle, open, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {JournalRecord} from '../engine/jobs/journal.js';
import {JournalLines} from './journal-lines.js';

export type FollowOptions = {
	/** Told of each damaged place once: `file:line: what is wrong`. */
	readonly onDamage?: (damage: string) => void;
	/** How often to look where the system does not tell of changes, in milliseconds. */
	readonly pollMs?: number;
};

const chunkBytes = 1024 * 1024;

/**
Gives every record of a journal so far and then each new one, whichever process writes it; the journal need not be there
yet. Returns how to stop.
*/
export function followJournal(
	path: string,
	listener: (record: JournalRecord) => void,
	{onDamage, pollMs = 500}: FollowOptions = {},
): () => void {
	const lines = new JournalLines(path);
	const stopping = new AbortController();
	let watcher: FSWatcher | undefined;
	let reading = false;
	let again = false;

	const read = async () => {
		if (reading) {
			again = true;
			return;
		}

		reading = true;
		do {
			again = false;
			await readOn(path, lines, stopping.signal, listener, onDamage);
		} while (again && !stopping.signal.aborted);
		reading = false;
	};

	const look = () => {
		watcher ??= tryToWatch(dirname(path), () => void read());
		void read();
	};

	const timer = setInterval(look, pollMs);
	look();
	return () => {
		stopping.abort();
		clearInterval(timer);
		watcher?.close();
	};
}

/** From the end of the last whole line, so that a half line waits and one that is taken away again is never seen. */
async function readOn(
	path: string,
	lines: JournalLines,
	stopped: AbortSignal,
	listener: (record: JournalRecord) => void,
	onDamage: FollowOptions['onDamage'],
): Promise<void> {
	const size = await sizeOf(path);
	const file = size > lines.offset ? await openIfThere(path) : undefined;
	if (!file) {
		return;
	}

	try {
		for (let bytes = await readFrom(file, lines.offset); !stopped.aborted; ) {
			const before = {offset: lines.offset, damages: lines.damages.length};
			const records = lines.take(bytes);
			for (const damage of lines.damages.slice(before.damages)) {
				onDamage?.(damage);
			}

			for (const record of records) {
				if (!stopped.aborted) {
					listener(record);
				}
			}

			if (lines.offset === before.offset) {
				return;
			}

			bytes = await readFrom(file, lines.offset);
		}
	} finally {
		await file.close();
	}
}

/** At least one whole line, when there is one. */
async function readFrom(file: FileHandle, offset: number): Promise<Buffer> {
	for (let wanted = chunkBytes; ; wanted *= 2) {
		const {bytesRead, buffer} = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
		const bytes = buffer.subarray(0, bytesRead);
		if (bytesRead < wanted || bytes.includes(0x0a)) {
			return bytes;
		}
	}
}

async function sizeOf(path: string): Promise<number> {
	return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
	return open(path, 'r').catch(() => undefined);
}

/** Undefined when the folder is not there yet or the system has no watches left; then looking again must do. */
function tryToWatch(folder: string, onChange: () => void): FSWatcher | undefined {
	try {
		const watcher = watch(folder, {persistent: false}, onChange);
		watcher.on('error', () => watcher.close());
		return watcher;
	} catch {
		return undefined;
	}
}
