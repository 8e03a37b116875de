import type {Journal, JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';

/** A journal that outlives its writer only as long as the test does. */
export function memoryJournal(
	records: JournalRecord[] = [],
	{
		beforeAppend = async () => undefined,
		afterAppend = async () => undefined,
	}: {
		readonly beforeAppend?: (seq: number, entry: JournalEntry) => Promise<void>;
		readonly afterAppend?: (seq: number, entry: JournalEntry) => Promise<void>;
	} = {},
): Journal {
	return {
		records,
		async append(entry) {
			await beforeAppend(records.length + 1, entry);
			const seq = records.length + 1;
			records.push({...entry, seq, at: new Date().toISOString()});
			await afterAppend(seq, entry);
		},
	};
}
