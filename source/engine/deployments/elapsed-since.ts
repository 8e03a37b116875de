import type {Clock} from '../host/clock.js';
import {Stopwatch} from '../host/stopwatch.js';
import type {Journal, JournalRecord} from '../jobs/journal.js';

/**
Milliseconds since a record was written, over all processes. A clock that is set back takes nothing away: what this process has
measured counts, and of earlier ones what lies between their records.
*/
export function elapsedSince(
	{journal, clock}: {readonly journal: Journal; readonly clock: Clock},
	record: JournalRecord,
): number {
	const now = clock.now().getTime();
	const measure = measures.get(record) ?? {beforeMs: writtenMs(journal, record, now), watch: new Stopwatch(clock)};
	measures.set(record, measure);
	return Math.max(measure.beforeMs + measure.watch.passedMs(), now - Date.parse(record.at));
}

/** Of this process, by the record it counts from. */
const measures = new WeakMap<JournalRecord, {readonly beforeMs: number; readonly watch: Stopwatch}>();

function writtenMs({records}: Journal, first: JournalRecord, now: number): number {
	const times = [...records.slice(records.indexOf(first)).map(({at}) => Date.parse(at)), now];
	return times.reduce((sum, time, index) => sum + Math.max(0, time - (times[index - 1] ?? time)), 0);
}
