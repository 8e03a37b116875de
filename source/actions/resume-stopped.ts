import type {D2cm, JobSummary} from './d2cm.js';

export type Resumed = {
	readonly resumed: readonly JobSummary[];
	readonly failed: ReadonlyArray<{readonly job: JobSummary; readonly error: unknown}>;
};

/** Its process died before its end. */
export const isInterrupted = ({alive, end, isUnrun}: JobSummary): boolean => !alive && !end && !isUnrun;

/** Takes up every job whose process died, one after the other. One that cannot be taken up keeps no other from it. */
export async function resumeStopped(d2cm: Pick<D2cm, 'jobs' | 'resumeJob'>): Promise<Resumed> {
	const resumed: JobSummary[] = [];
	const failed: Array<Resumed['failed'][number]> = [];
	for (const job of (await d2cm.jobs()).filter(isInterrupted)) {
		try {
			resumed.push(await d2cm.resumeJob(job.id));
		} catch (error) {
			failed.push({job, error});
		}
	}

	return {resumed, failed};
}

/** A sentence for each. */
export const resumedWords = ({resumed, failed}: Resumed): readonly string[] => [
	...resumed.map(job => `${nameOf(job)} was interrupted, and goes on now.`),
	...failed.map(
		({job, error}) =>
			`${nameOf(job)} was interrupted, and could not be resumed: ${error instanceof Error ? error.message : String(error)}`,
	),
];

const nameOf = ({kind, title}: JobSummary): string => (kind === 'migration' ? `The migration of ${title}` : title);
