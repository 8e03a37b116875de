import type {ImageReport} from '../../images/image-report.js';
import type {JournalRecord} from '../../jobs/journal.js';
import {stepRecord} from '../../jobs/step-marks.js';
import type {MigratedAmi, Uploaded} from './cloud-migration.js';

type Records = readonly JournalRecord[];

/** Written to users' disks; never changed. */
export const steps = {
	inspect: 'inspect',
	check: 'check',
	upload: 'upload',
	register: 'register',
	discard: 'discard',
} as const;

/** What later processes of a job must know of the image without looking into it. */
export type ImageFacts = Pick<ImageReport, 'architecture' | 'bootMode' | 'fingerprint'> & {
	readonly virtualBytes: number;
	readonly os: string;
	/** Whether its default kernel has a driver for NVMe disks, where that is known; older journals do not say. */
	readonly nvme?: boolean;
};

/** As the first process found the image. */
export function imageFacts(records: Records): ImageFacts | undefined {
	const first = records.find(
		record => record.kind === 'step' && record.step === steps.inspect && record.mark === 'finished',
	);
	return first?.kind === 'step' ? (first.data as ImageFacts | undefined) : undefined;
}

/** What lies in the cloud whole, unless we began to take it away. */
export function uploaded(records: Records): Uploaded | undefined {
	const found = stepRecord(records, steps.upload, 'finished');
	const discarded = stepRecord(records, steps.discard, 'started')?.seq ?? 0;
	return found && found.seq > discarded ? (found.data as Uploaded | undefined) : undefined;
}

export function registered(records: Records): MigratedAmi | undefined {
	return stepRecord(records, steps.register, 'finished')?.data as MigratedAmi | undefined;
}
