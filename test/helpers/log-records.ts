import type {JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';

/** Records as a journal would have them, one a second from 14:00:00 in the time zone of this machine. */
export function logRecords(...entries: readonly JournalEntry[]): JournalRecord[] {
	const start = new Date(2026, 10, 22, 14, 0, 0).getTime();
	return entries.map((entry, index) => ({
		...entry,
		seq: index + 1,
		at: new Date(start + index * 1000).toISOString(),
	}));
}

/** `count` plain events: `message 0`, `message 1`, ... */
export const numberedRecords = (count: number, from = 0): JournalRecord[] =>
	logRecords(
		...Array.from(
			{length: count},
			(_, index): JournalEntry => ({kind: 'event', level: 'info', message: `message ${from + index}`}),
		),
	);
