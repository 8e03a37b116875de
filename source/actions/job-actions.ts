import {existsSync} from 'node:fs';
import {readFile, rename, stat, writeFile} from 'node:fs/promises';
import {constants} from 'node:os';
import {join} from 'node:path';
import {atStake} from '../engine/deployments/at-stake.js';
import type {Deployment} from '../engine/deployments/deployment.js';
import {hostKeyAnswers} from '../engine/deployments/host-key/answer-host-keys.js';
import type {OpenHostKey} from '../engine/deployments/host-key/open-host-keys.js';
import {unrunFile} from '../engine/deployments/unrun.js';
import {isFileRefusal} from '../engine/host/file-reason.js';
import type {Database} from '../store/database.js';
import {followJournal} from '../store/follow-journal.js';
import {processWords} from '../store/lock-words.js';
import {jobPaths} from '../store/paths.js';
import {lockHolder, lookAtLock, untilKnown} from '../store/process-lock.js';
import {readJournal} from '../store/read-journal.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobLook, JobSummary} from './d2cm.js';
import {JobActiveError} from './errors/job-active-error.js';
import {NoRoomForWishError} from './errors/no-room-errors.js';
import {JobDigest} from './job-digest.js';
import {findAny, findJob, type JobDefinition, listAll, type UnrunFolder} from './job-folders.js';
import {rememberPlace} from './places.js';
import {startJobProcess} from './start-job-process.js';

type JobActions = Pick<D2cm, 'jobs' | 'job' | 'followJob' | 'cancelJob' | 'finishJob' | 'atStake' | 'resumeJob'> & {
	/** Only what was ever started. */
	readonly begun: D2cm['jobs'];
	/** Enters a job into the database, where it is not there yet, and starts its process. */
	readonly start: (job: JobDefinition) => Promise<JobSummary>;
};

/** Looking at jobs, and asking for their end or their going on. The work itself is in processes of their own. */
export function jobActions({paths, store, changed}: ActionContext): JobActions {
	const digests = new Map<string, JobDigest>();

	const summary = async ({kind, folder, definition}: JobDefinition, {isToBeSure = false} = {}): Promise<JobSummary> => {
		const {journal, lock, finish} = jobPaths(folder);
		const digest = digests.get(journal) ?? new JobDigest(journal);
		digests.set(journal, digest);
		// Liveness first: a process that ends in between has then written its end.
		const {holder, from} = await (isToBeSure ? untilKnown(lock) : lookAtLock(lock));
		const alive = holder !== undefined && !holder.keepsAway;
		const elsewhere = holder?.elsewhere ?? from;
		await digest.update();
		const {end} = digest;
		const endsEarly = digest.endsEarly || (!end && kind === 'deployment' && existsSync(finish));
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
			...(elsewhere && !end && {elsewhere: {host: elsewhere.host, pid: elsewhere.pid, silentMs: elsewhere.silentMs}}),
			...(openHostKeys.length > 0 && {openHostKeys}),
			...(alive && digest.isHeld && {isHeld: true}),
			...(endsEarly && {endsEarly}),
			...(kind === 'deployment' && figuresOf(definition, digest, {alive})),
			...(alive && digest.awaitedChecks.length > 0 && {awaitedChecks: digest.awaitedChecks}),
			folder,
			damages: [...digest.damages],
		};
	};

	const start = async (job: JobDefinition): Promise<JobSummary> => {
		await enter(store, job);
		const {from} = await lookAtLock(jobPaths(job.folder).lock);
		await startJobProcess(paths.home, job, {silent: from?.beat});
		changed();
		return summary(job);
	};

	/** That the user's wish is obeyed, also where no process works on the job now. */
	const beWorkedOn = async (job: JobDefinition, tell: (holder: {readonly pid: number}) => void) => {
		const {holder, from} = await untilKnown(jobPaths(job.folder).lock);
		if (!holder) {
			await startJobProcess(paths.home, job, {silent: from?.beat});
		} else if (!holder.elsewhere) {
			tell(holder);
		}

		changed();
	};

	const all = async (options?: JobLook) =>
		Promise.all(
			(await listAll(paths)).map(found => (found.kind === 'unrun' ? unrunSummary(found) : summary(found, options))),
		);
	const inOrder = (jobs: readonly JobSummary[]) => jobs.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
	return {
		start,
		jobs: async options => inOrder(await all(options)),
		begun: async options => inOrder((await all(options)).filter(({isUnrun}) => !isUnrun)),
		async job(id, options) {
			const found = await findAny(paths, id);
			return found.kind === 'unrun' ? unrunSummary(found) : summary(found, options);
		},
		followJob(id, listener) {
			let stop: (() => void) | undefined;
			let stopped = false;
			// Also of one that is started later.
			void findAny(paths, id).then(
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

			await mustNotBeReaped(job);
			const {cancel, spares, lock} = jobPaths(job.folder);
			const refusal = await wish(cancel, spares.cancel);
			if (refusal) {
				const {holder} = await untilKnown(lock);
				if (!holder || holder.elsewhere || !(await signal(holder.pid, 'SIGUSR2'))) {
					throw new NoRoomForWishError(id, refusal);
				}
			} else {
				await beWorkedOn(job, ({pid}) => void signal(pid, 'SIGTERM'));
			}
		},
		async finishJob(id) {
			const job = await findJob(paths, id);
			if (job.kind !== 'deployment') {
				throw new JobActiveError(
					id,
					`${id} is a migration, which has no results before its end.`,
					`Wait for its end, or run \`d2cm cancel ${id}\`.`,
				);
			}

			const {end} = await summary(job);
			if (end) {
				return;
			}

			const {cancel, finish, spares} = jobPaths(job.folder);
			if (existsSync(cancel)) {
				throw new JobActiveError(
					id,
					`Job ${id} is being cancelled already, which drops what is not here.`,
					`Wait for its end: d2cm events ${id} --follow`,
				);
			}

			await mustNotBeReaped(job);
			const refusal = await wish(finish, spares.finish);
			if (refusal) {
				throw new NoRoomForWishError(id, refusal);
			}

			await beWorkedOn(job, () => undefined); // Who works on it looks for the file.
		},
		async atStake(id) {
			const job = await findJob(paths, id);
			if (job.kind !== 'deployment') {
				return [];
			}

			const {records} = await readJournal(jobPaths(job.folder).journal);
			return atStake(job.definition, records);
		},
		async resumeJob(id) {
			const job = await findJob(paths, id);
			const now = await summary(job, {isToBeSure: true});
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

export function unrunSummary({id, template, folder, unrun}: UnrunFolder): JobSummary {
	const isDamaged = unrun === 'damaged';
	const problemSize = isDamaged ? undefined : (unrun.request.problemSize ?? unrun.template.problemSize);
	return {
		id,
		kind: 'deployment',
		title: `${template}.${id}`,
		cloud: isDamaged ? '' : unrun.request.cloud,
		createdAt: isDamaged ? '' : unrun.createdAt,
		state: 'NOT_RUN',
		alive: false,
		isUnrun: true,
		...(problemSize !== undefined && {problemSize}),
		costUsd: isDamaged ? null : 0,
		folder,
		damages: isDamaged ? [`${join(folder, unrunFile)} cannot be understood`] : [],
	};
}

/** A process may have died between making a job and this, so whoever starts one sees to it. */
async function enter(store: ActionContext['store'], {kind, definition}: JobDefinition): Promise<void> {
	await store.refresh();
	const isThere = ({deployments, migrations}: Database) =>
		[...deployments, ...migrations].some(({id}) => id === definition.id);
	if (isThere(store.data())) {
		return;
	}

	await store.update(draft => {
		if (isThere(draft)) {
			return;
		}

		const {id, cloud, createdAt} = definition;
		if (kind === 'deployment') {
			const {template, problemSize} = definition;
			draft.deployments.push({id, template, cloud, problemSize, createdAt});
		} else {
			draft.migrations.push({id, image: definition.image, cloud, createdAt});
		}

		rememberPlace(draft, cloud);
	});
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
			`What job ${id} has left is just being removed, by ${processWords({pid: holder.pid, host: holder.elsewhere?.host})}.`,
			'Wait for its end, then try again.',
		);
	}
}

/**
Writes the user's wish down. On a full disk the file that the job has kept for it is renamed, which takes neither a block nor an inode.

@returns Why it could not be written, where the system refuses even that.
*/
async function wish(file: string, spare: string): Promise<Error | undefined> {
	try {
		await writeFile(file, '', {mode: 0o600});
	} catch (error) {
		if (!(error instanceof Error && isFileRefusal(error))) {
			throw error;
		}

		return rename(spare, file).then(
			() => undefined,
			() => error,
		);
	}

	return undefined;
}

/**
Signals the process of a job. SIGTERM only makes it quicker to look for the `cancel` file; SIGUSR2 is the wish itself, and would end
the process of an older version, which does not know it.

@returns False where it does not hear the signal.
*/
async function signal(pid: number, name: 'SIGTERM' | 'SIGUSR2'): Promise<boolean> {
	try {
		if (name === 'SIGUSR2') {
			const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
			if ((BigInt(`0x${caught}`) & (1n << BigInt(constants.signals.SIGUSR2 - 1))) === 0n) {
				return false;
			}
		}

		process.kill(pid, name);
		return true;
	} catch (error) {
		if (!['ESRCH', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) {
			throw error;
		}

		return false;
	}
}

/** Changes whenever anything of a job does; cheap to ask for again and again. */
export async function jobStamp(folder: string): Promise<string> {
	const {journal, lock} = jobPaths(folder);
	const holder = await lockHolder(lock);
	const found = await Promise.all(
		[journal, join(folder, 'deployment.json'), join(folder, unrunFile)].map(async path =>
			stat(path).catch(() => undefined),
		),
	);
	return `${holder?.pid ?? ''}/${found.map(entry => `${entry?.size}-${entry?.mtimeMs}`).join('/')}`;
}
