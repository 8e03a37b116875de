import type {JournalRecord} from '../engine/jobs/journal.js';
import {isTiny} from '../engine/jobs/progress-words.js';

const everyMs = 10_000;
const shortMs = 1000;

/**
Lets through of each task's progress what is worth a line: bytes, once in ten seconds and at the end, if that comes not at
once; of steps, which have events, only those that have something to add.
*/
export function progressFilter(): (record: JournalRecord) => boolean {
	const tasks = new Map<string, {readonly begunAt: number; shownAt: number}>();
	return record => {
		if (record.kind !== 'progress') {
			return true;
		}

		if (record.unit === 'steps') {
			return record.note !== undefined;
		}

		const at = Date.parse(record.at);
		const task = tasks.get(record.task) ?? {begunAt: at, shownAt: at};
		tasks.set(record.task, task);
		const isWorthAnEnd = at - task.begunAt >= shortMs && !isTiny(record);
		const isDue = (record.done === record.total && isWorthAnEnd) || at - task.shownAt >= everyMs;
		if (isDue) {
			task.shownAt = at;
		}

		return isDue;
	};
}
