import type {JournalData, JournalRecord} from './journal.js';

type StepRecord = Extract<JournalRecord, {kind: 'step'}>;

/** The last record of a step (of one subject) with this mark, if there is any. */
export function stepRecord(
	records: readonly JournalRecord[],
	step: string,
	mark: StepRecord['mark'],
	subject?: string,
): StepRecord | undefined {
	return indexOf(records).last.get(keyOf(step, mark, subject));
}

export function isFinished(records: readonly JournalRecord[], step: string, subject?: string): boolean {
	return stepRecord(records, step, 'finished', subject) !== undefined;
}

export function isBegun(records: readonly JournalRecord[], step: string, subject?: string): boolean {
	return stepRecord(records, step, 'started', subject) !== undefined;
}

/** How many records there are of a step, of all its subjects. */
export function countSteps(records: readonly JournalRecord[], step: string): number {
	return indexOf(records).counts.get(step) ?? 0;
}

/** A list of texts out of a record's data; empty when it is not there. */
export function textList(data: JournalData | undefined, key: string): readonly string[] {
	const value = data?.[key];
	return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

type Index = {
	taken: number;
	lastTaken: JournalRecord | undefined;
	readonly last: Map<string, StepRecord>;
	readonly counts: Map<string, number>;
};

/** Hundreds of instances ask for each of their steps, of journals with thousands of records; those only grow. */
const indexes = new WeakMap<readonly JournalRecord[], Index>();

function indexOf(records: readonly JournalRecord[]): Index {
	const known = indexes.get(records);
	const index =
		known && records[known.taken - 1] === known.lastTaken
			? known
			: {taken: 0, lastTaken: undefined, last: new Map(), counts: new Map()};
	for (; index.taken < records.length; index.taken++) {
		const record = records[index.taken];
		index.lastTaken = record;
		if (record?.kind === 'step') {
			index.last.set(keyOf(record.step, record.mark, record.subject), record);
			index.counts.set(record.step, (index.counts.get(record.step) ?? 0) + 1);
		}
	}

	if (index !== known) {
		indexes.set(records, index);
	}

	return index;
}

const keyOf = (step: string, mark: string, subject = '\0') => `${step}\0${mark}\0${subject}`;
