import type {JournalRecord} from '../engine/jobs/journal.js';

const everyMs = 10_000;

/** Lets through of each task's progress what is worth a line: bytes, once in ten seconds and at the end. Steps have events. */
export function progressFilter(): (record: JournalRecord) => boolean {
	const shownAt = new Map<string, number>();
	return record => {
		if (record.kind !== 'progress') {
			return true;
		}

		if (record.unit === 'steps') {
			return false;
		}

		const at = Date.parse(record.at);
		const isDue = record.done === record.total || at - (shownAt.get(record.task) ?? 0) >= everyMs;
		if (isDue) {
			shownAt.set(record.task, at);
		}

		return isDue;
	};
}
