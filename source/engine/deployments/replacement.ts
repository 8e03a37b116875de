import type {JournalRecord} from '../jobs/journal.js';
import {stepRecord} from '../jobs/step-marks.js';

/** The instance that stands in for one that was reserved: itself, or the one that replaced it. */
export function inPlaceOf(records: readonly JournalRecord[], instanceId: string): string {
	const replaced = stepRecord(records, 'replace', 'finished', instanceId)?.data?.instance;
	return typeof replaced === 'string' ? replaced : instanceId;
}

/** An instance is replaced once: what dies again has a reason that will not pass. */
export function isReplacement(records: readonly JournalRecord[], instanceId: string): boolean {
	return records.some(
		record =>
			record.kind === 'step' &&
			record.step === 'replace' &&
			record.mark === 'finished' &&
			record.data?.instance === instanceId,
	);
}
