import {stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Deployment} from '../engine/deployments/deployment.js';
import {hostKeyAnswers} from '../engine/deployments/host-key/answer-host-keys.js';
import type {OpenHostKey} from '../engine/deployments/host-key/open-host-keys.js';
import {followJournal} from '../store/follow-journal.js';
import {jobPaths} from '../store/paths.js';
import {lockHolder} from '../store/process-lock.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary} from './d2cm.js';
import {JobActiveError} from './errors/job-active-error.js';
import {JobDigest} from './job-digest.js';
import {findJob, type JobDefinition, listJobs} from './job-folders.js';
import {startJobProcess} from './start-job-process.js';

type JobActions = Pick<D2cm, 'jobs' | 'job' | 'followJob' | 'cancelJob' | 'resumeJob'> & {
	/** Starts the process of a job that was just made, or of one that has none any more. */
	readonly start: (job: JobDefinition) => Promise<JobSummary>;
};

/** Looking at jobs, and asking for their end or their going on. The work itself is in processes of their own. */
export function jobActions({paths, changed}: ActionContext): JobActions {
	const digests = new Map<string, JobDigest>();

	const summary = async ({kind, folder, definition}: JobDefinition): Promise<JobSummary> => {
		const {journal, lock} = jobPaths(folder);
		const digest = digests.get(journal) ?? new JobDigest(journal);
		digests.set(journal, digest);
		// Liveness first: a process that ends in between has then written its end.
		const holder = await lockHolder(lock);
		const alive = holder !== undefined && !holder.keepsAway;
		await digest.update();
		const {end} = digest;
		const openHostKeys = alive ? await unanswered(folder, digest.openHostKeys) : [];
		return {
			id: definition.id,
			kind,
			title: kind === 'deployment' ? definition.launchKey : definition.image,
			cloud: definition.cloud,
			createdAt: definition.createdAt,
			state: digest.state,
			...(end && {
				end: {
					state: end.state,
					...(end.cause !== undefined && {cause: end.cause}),
					...(end.hint !== undefined && {hint: end.hint}),
					...(end.remaining !== undefined && {remaining: end.remaining}),
				},
			}),
			alive: alive && !end,
			...(openHostKeys.length > 0 && {openHostKeys}),
			...(alive && digest.isHeld && {isHeld: true}),
			...(kind === 'deployment' && figuresOf(definition, digest, {alive})),
			folder,
			damages: [...digest.damages],
		};
	};

	const start = async (job: JobDefinition): Promise<JobSummary> => {
		await startJobProcess(paths.home, job);
		changed();
		return summary(job);
	};

	const jobs: JobActions['jobs'] = async () => {
		const all = await Promise.all((await listJobs(paths)).map(summary));
		return all.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
	};

	return {
		start,
		jobs,
		job: async id => summary(await findJob(paths, id)),
		followJob(id, listener) {
			let stop: (() => void) | undefined;
			let stopped = false;
			void findJob(paths, id).then(
				({folder}) => {
					stop = stopped ? undefined : followJournal(jobPaths(folder).journal, listener);
				},
				() => undefined, // Nothing to follow; `job` names an id that is unknown.
			);
			return () => {
				stopped = true;
				stop?.();
			};
		},
		async cancelJob(id) {
			const job = await findJob(paths, id);
			const {end} = await summary(job);
			if (end) {
				return;
			}

			const {cancel, lock} = jobPaths(job.folder);
			await mustNotBeReaped(job);
			await writeFile(cancel, '', {mode: 0o600});
			const holder = await lockHolder(lock);
			if (holder) {
				signal(holder.pid);
			} else {
				await startJobProcess(paths.home, job);
			}

			changed();
		},
		async resumeJob(id) {
			const job = await findJob(paths, id);
			const now = await summary(job);
			if (now.alive || now.end) {
				return now;
			}

			await mustNotBeReaped(job);
			return start(job);
		},
	};
}

/** What deployments are compared by. A damaged definition, which may lack any of it, is listed all the same. */
function figuresOf(
	{problemSize, roles}: Partial<Deployment>,
	{run}: JobDigest,
	{alive}: {readonly alive: boolean},
): Pick<JobSummary, 'problemSize' | 'durationSeconds' | 'costUsd'> {
	const now = Date.now();
	const durationSeconds = run.seconds(now);
	const isKnown = Array.isArray(roles) && (alive || !run.mayHaveMore);
	return {
		...(problemSize !== undefined && {problemSize}),
		...(durationSeconds !== undefined && {durationSeconds}),
		costUsd: (isKnown ? run.costUsd(now, roles) : undefined) ?? null,
	};
}

/** What was answered is pinned, or the end, a few seconds later. */
async function unanswered(folder: string, open: readonly OpenHostKey[]): Promise<readonly OpenHostKey[]> {
	if (open.length === 0) {
		return open;
	}

	const answerTo = await hostKeyAnswers(folder);
	return open.filter(key => answerTo(key) === undefined);
}

/**
Where its lock is held by a process that reaps, no process of the job can begin, and that one is not told to end.

@throws {JobActiveError}
*/
async function mustNotBeReaped({folder, definition: {id}}: JobDefinition): Promise<void> {
	const holder = await lockHolder(jobPaths(folder).lock);
	if (holder?.keepsAway) {
		throw new JobActiveError(
			id,
			`What job ${id} has left is just being removed, by process ${holder.pid}.`,
			'Wait for its end, then try again.',
		);
	}
}

/** It also looks for the `cancel` file by itself; the signal only makes it quicker. */
function signal(pid: number): void {
	try {
		process.kill(pid, 'SIGTERM');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}

/** Changes whenever anything of a job does; cheap to ask for again and again. */
export async function jobStamp(folder: string): Promise<string> {
	const {journal, lock} = jobPaths(folder);
	const holder = await lockHolder(lock);
	const found = await Promise.all(
		[journal, join(folder, 'deployment.json')].map(async path => stat(path).catch(() => undefined)),
	);
	return `${holder?.pid ?? ''}/${found.map(entry => `${entry?.size}-${entry?.mtimeMs}`).join('/')}`;
}
