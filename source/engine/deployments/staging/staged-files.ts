import type {JournalRecord} from '../../jobs/journal.js';
import {isBegun, isFinished} from '../../jobs/step-marks.js';

/** A file of this machine that lies in a bucket, too. */
export type StagedFile = {
	readonly local: string;
	readonly bucket: string;
	readonly key: string;
	readonly sha256: string;
	readonly bytes: number;
};

/** By their paths on this machine, from the journal; none once they were removed. */
export function stagedFiles(records: readonly JournalRecord[]): ReadonlyMap<string, StagedFile> {
	const files = new Map<string, StagedFile>();
	for (const record of records) {
		if (record.kind === 'step' && record.step === 'stage' && record.mark === 'finished') {
			const {bucket, key, sha256, bytes} = record.data ?? {};
			const local = record.subject ?? '';
			if (
				typeof bucket === 'string' &&
				typeof key === 'string' &&
				typeof sha256 === 'string' &&
				!isBegun(records, 'unstage', bucket)
			) {
				files.set(local, {local, bucket, key, sha256, bytes: Number(bytes)});
			}
		}
	}

	return files;
}

/** Buckets in which something of this deployment may lie. */
export function openStages(records: readonly JournalRecord[]): readonly string[] {
	const buckets = records.flatMap(record =>
		record.kind === 'step' && record.step === 'stage' && typeof record.data?.bucket === 'string'
			? [record.data.bucket]
			: [],
	);
	return [...new Set(buckets)].filter(bucket => !isFinished(records, 'unstage', bucket));
}
