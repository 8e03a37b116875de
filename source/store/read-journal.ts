import {readFile} from 'node:fs/promises';
import type {JournalRecord} from '../engine/jobs/journal.js';
import {JournalLines} from './journal-lines.js';

export type JournalContent = {
	readonly records: readonly JournalRecord[];
	/** Each `file:line: what is wrong`. A last line that is not whole is normal and not among them. */
	readonly damages: readonly string[];
};

/** What is in a journal now; empty when there is none. For who only looks. */
export async function readJournal(path: string): Promise<JournalContent> {
	const lines = new JournalLines(path);
	try {
		return {records: lines.take(await readFile(path)), damages: lines.damages};
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return {records: [], damages: []};
		}

		throw error;
	}
}
