import type {JournalData, JournalRecord} from './journal.js';

type StepRecord = Extract<JournalRecord, {kind: 'step'}>;

/** The last record of a step (of one subject) with this mark, if there is any. */
export function stepRecord(
	records: readonly JournalRecord[],
	step: string,
	mark: StepRecord['mark'],
	subject?: string,
): StepRecord | undefined {
	return records.findLast(
		(record): record is StepRecord =>
			record.kind === 'step' && record.step === step && record.mark === mark && record.subject === subject,
	);
}

export function isFinished(records: readonly JournalRecord[], step: string, subject?: string): boolean {
	return stepRecord(records, step, 'finished', subject) !== undefined;
}

export function isBegun(records: readonly JournalRecord[], step: string, subject?: string): boolean {
	return stepRecord(records, step, 'started', subject) !== undefined;
}

/** A list of texts out of a record's data; empty when it is not there. */
export function textList(data: JournalData | undefined, key: string): readonly string[] {
	const value = data?.[key];
	return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}
