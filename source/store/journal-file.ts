import {constants} from 'node:fs';
import {type FileHandle, open, readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Clock} from '../engine/host/clock.js';
import type {Fence} from '../engine/host/fence.js';
import {syncFolder} from '../engine/host/sync-folder.js';
import {systemClock} from '../engine/host/system-clock.js';
import type {Journal, JournalEntry, JournalRecord} from '../engine/jobs/journal.js';
import {JournalLines} from './journal-lines.js';
import {parseJournalRecord} from './journal-record.js';
import {JournalWriteError} from './journal-write-error.js';
import {makePrivateFolder} from './private-folder.js';
import {writeFileAtomically} from './write-file-atomically.js';

/** A journal on the disk, opened by its one writer. */
export type JournalFile = Journal & {
	/** Damaged places, each `file:line: what is wrong`. */
	readonly damages: readonly string[];
	/** Waits for what is being written. */
	close(): Promise<void>;
};

export type JournalOptions = {
	readonly clock?: Clock;
	/** Awaited right before each write. */
	readonly fence?: Fence;
	/** The process that wrote to it last may not be dead. */
	readonly isTakenOver?: boolean;
};

/**
Opens a journal for writing, and makes it when it is not there. What a crash left of a last line is taken away. Whoever
calls it must own the job (job.lock): two writers are noticed, not merged.

@throws {JournalWriteError} Later, from `append`.
*/
export async function openJournal(path: string, options: JournalOptions = {}): Promise<JournalFile> {
	await makePrivateFolder(dirname(path));
	if (options.isTakenOver) {
		await replaceByCopy(path);
	}

	const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
	try {
		const bytes = await file.readFile();
		const lines = new JournalLines(path);
		const records = lines.take(bytes);
		await mendLastLine(file, lines, records, bytes.subarray(lines.offset));
		await syncFolder(dirname(path));
		return journalOn(file, path, lines, records, options);
	} catch (error) {
		await file.close();
		throw error;
	}
}

/** What an earlier writer still sends to the file it had open is in no file any more, and spoils nothing. */
async function replaceByCopy(path: string): Promise<void> {
	const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') {
			throw error;
		}
	});
	if (bytes) {
		await writeFileAtomically(path, bytes);
	}
}

/** A whole record that only lacks its newline is completed; anything else was never confirmed to anyone. */
async function mendLastLine(file: FileHandle, lines: JournalLines, records: JournalRecord[], rest: Buffer) {
	if (rest.length === 0) {
		return;
	}

	const last = parseJournalRecord(rest.toString('utf8'));
	if (typeof last !== 'string' && last.seq === lines.lastSeq + 1) {
		await file.write('\n', lines.offset + rest.length);
		records.push(...lines.take(Buffer.concat([rest, Buffer.from('\n')])));
	} else {
		await file.truncate(lines.offset);
	}

	await file.sync();
}

type Waiting = {
	readonly entry: JournalEntry;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
};

function journalOn(
	file: FileHandle,
	path: string,
	{damages, offset, lastSeq}: JournalLines,
	records: JournalRecord[],
	{clock = systemClock, fence = async () => undefined}: JournalOptions,
): JournalFile {
	let end = offset;
	let seq = lastSeq;
	let waiting: Waiting[] = [];
	let writing: Promise<void> | undefined;

	/** Entries that came while the disk was busy share one write and one fsync. */
	const writeAll = async () => {
		while (waiting.length > 0) {
			const batch = waiting;
			waiting = [];
			try {
				const written = batch.map(
					({entry}, index): JournalRecord => ({
						seq: seq + 1 + index,
						at: clock.now().toISOString(),
						...entry,
					}),
				);
				const bytes = Buffer.from(written.map(record => `${JSON.stringify(record)}\n`).join(''));
				await fence();
				await appendAt(
					file,
					path,
					end,
					bytes,
					batch.some(({entry}) => mustLast(entry)),
				);
				end += bytes.length;
				seq += written.length;
				records.push(...written);
				for (const {resolve} of batch) {
					resolve();
				}
			} catch (error) {
				for (const {reject} of batch) {
					reject(error);
				}
			}
		}

		writing = undefined;
	};

	return {
		records,
		damages,
		append: async entry =>
			new Promise((resolve, reject) => {
				waiting.push({entry, resolve, reject});
				writing ??= writeAll();
			}),
		async close() {
			await writing;
			await file.close();
		},
	};
}

/**
Whatever is in the file outlives this process. What nothing else follows from needs no fsync of its own to outlive the machine: the
next record that does need one takes it along, and an outcome that is lost with the power only means that a step is done again.
*/
function mustLast(entry: JournalEntry): boolean {
	return entry.kind === 'owner' || entry.kind === 'end' || (entry.kind === 'step' && entry.mark === 'started');
}

/** Either all bytes are in the file afterwards, and on the disk where they must last, or the file is as before. */
async function appendAt(file: FileHandle, path: string, end: number, bytes: Buffer, isToLast: boolean): Promise<void> {
	const {size} = await file.stat();
	if (size !== end) {
		throw new JournalWriteError(path, 'another process has written to it');
	}

	try {
		for (let done = 0; done < bytes.length; ) {
			const {bytesWritten} = await file.write(bytes, done, bytes.length - done, end + done);
			done += bytesWritten;
		}

		if (isToLast) {
			await file.datasync();
		}
	} catch (error) {
		await file.truncate(end);
		throw new JournalWriteError(path, (error as Error).message, {cause: error});
	}
}
