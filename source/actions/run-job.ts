import {access, rm, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {AppError} from '../engine/errors/app-error.js';
import {CancelledError} from '../engine/errors/cancelled-error.js';
import type {Fence} from '../engine/host/fence.js';
import {type Lines, shownLines} from '../engine/host/terminal-text.js';
import {JobSuspendedError} from '../engine/jobs/job-suspended-error.js';
import type {Journal} from '../engine/jobs/journal.js';
import {openJournal} from '../store/journal-file.js';
import {JournalWriteError} from '../store/journal-write-error.js';
import type {LockLostError} from '../store/lock-errors.js';
import {silenceWords} from '../store/lock-words.js';
import {type JobPaths, jobPaths} from '../store/paths.js';
import {type Elsewhere, type LockOptions, tryLock} from '../store/process-lock.js';
import {version} from './version.js';

export type JobRun = {
	readonly journal: Journal;
	/** To be awaited before each effect. */
	readonly fence: Fence;
	/** Aborted when the user asks for the end. */
	readonly cancel: AbortSignal;
	/** Aborted when the user asks for the end, results first. */
	readonly finish: AbortSignal;
};

/** What a job does between its begin and its end. Taken up again after a crash, with the journal as it was left. */
export type JobWork = (run: JobRun) => Promise<void>;

/**
Owns a job while it runs: its lock, its journal, the wishes to cancel or to finish it. An error the user can mend is written as the end
of the job; an error of ours, or one that suspends it, leaves it unended, so that it can be resumed or cancelled and nothing
of it is forgotten.

A process that may have been replaced by one on another host ends at once and writes nothing more: that one finds what it would
find after a crash.

@returns False when another process works on it already.
*/
export async function runJob(
	folder: string,
	work: JobWork,
	{silent, host}: Pick<LockOptions, 'silent' | 'host'> = {},
): Promise<boolean> {
	const {journal: journalPath, lock: lockPath, ...paths} = jobPaths(folder);
	const done = new AbortController();
	// Before the lock shows us to others, since from then on they may signal.
	const wishes = await watchForWishes(paths, done.signal);
	const lock = await tryLock(lockPath, {silent, onLost: endAtOnce, ...(host && {host})});
	if (!lock) {
		done.abort();
		return false;
	}

	const {takenFrom} = lock;
	await makeSpares(paths.spares);
	const fence = async () => lock.confirm().catch(endAtOnce);
	try {
		const journal = await openJournal(journalPath, {fence, isTakenOver: takenFrom !== undefined});
		if (!isEnded(journal)) {
			await journal.append({kind: 'owner', pid: process.pid, version});
			if (takenFrom) {
				await journal.append({kind: 'event', level: 'warning', message: takenOverWords(takenFrom)});
			}

			let suspended = false;
			await work({journal, fence, ...wishes}).catch(async (error: unknown) => {
				suspended = error instanceof JobSuspendedError;
				await endWith(journal, error);
			});
			if (!isEnded(journal) && !suspended) {
				await journal.append({kind: 'end', state: 'COMPLETED'});
			}
		}

		if (isEnded(journal)) {
			await Promise.all(
				Object.values(paths.spares).map(async spare => rm(spare, {force: true}).catch(() => undefined)),
			);
		}

		await journal.close();
		return true;
	} finally {
		done.abort();
		await lock.release();
	}
}

/** While there is room: a wish must find a file also when there is none left. Without them, it comes by a signal. */
async function makeSpares(spares: JobPaths['spares']): Promise<void> {
	for (const spare of Object.values(spares)) {
		await writeFile(spare, '', {mode: 0o600}).catch(() => undefined);
	}
}

function endAtOnce({message, hint}: LockLostError): never {
	writeJobLog(`${message} ${hint}`);
	process.exit(75);
}

/** Why things happen twice in a log, and what to look for when two hosts seem to work at once. */
const takenOverWords = (from: Elsewhere): string =>
	`The job goes on here, on ${hostname()}: ${silenceWords(from)}. Should that one come back, it ends by itself.`;

const isEnded = (journal: Journal) => journal.records.some(({kind}) => kind === 'end');

async function endWith(journal: Journal, error: unknown): Promise<void> {
	if (isEnded(journal)) {
		throw error;
	}

	if (error instanceof JobSuspendedError) {
		await journal.append({kind: 'event', level: 'error', message: error.message, hint: error.hint});
	} else if (error instanceof CancelledError) {
		await journal.append({kind: 'end', state: 'CANCELLED'});
	} else if (error instanceof AppError && !(error instanceof JournalWriteError)) {
		await journal.append({kind: 'end', state: 'FAILED', cause: error.message, hint: error.hint});
	} else {
		if (!(error instanceof JournalWriteError)) {
			await journal.append({
				kind: 'event',
				level: 'error',
				message: `D2CM stopped by an error of its own: ${error instanceof Error ? error.message : String(error)}`,
				hint: 'Resume the job or cancel it; the details are in its job.log.',
			});
		}

		throw error;
	}
}

/**
The wishes to cancel and to finish are files, so that they outlive every process. SIGTERM means to look at once; without the wish to
cancel somebody else wants this process gone (a shutdown), and the job is left to be resumed. SIGUSR2 is the wish to cancel itself,
where no file can be made or renamed any more.
*/
async function watchForWishes(
	paths: Pick<JobPaths, 'cancel' | 'finish'>,
	done: AbortSignal,
): Promise<Omit<JobRun, 'journal' | 'fence'>> {
	const [cancel, finish] = [new AbortController(), new AbortController()];
	const wishes = [
		[cancel, paths.cancel],
		[finish, paths.finish],
	] as const;
	const look = async () => {
		for (const [wish, path] of wishes) {
			if (!wish.signal.aborted && (await isThere(path))) {
				wish.abort(new CancelledError('The job'));
			}
		}

		return cancel.signal.aborted;
	};

	const onTerminate = () => void look().then(wanted => wanted || process.exit(143));
	const onCancel = () => cancel.abort(new CancelledError('The job'));
	process.on('SIGTERM', onTerminate);
	process.on('SIGUSR2', onCancel);
	const timer = setInterval(() => void look(), 400);
	done.addEventListener('abort', () => {
		process.off('SIGTERM', onTerminate);
		process.off('SIGUSR2', onCancel);
		clearInterval(timer);
	});
	await look();
	return {cancel: cancel.signal, finish: finish.signal};
}

const isThere = async (path: string): Promise<boolean> =>
	access(path).then(
		() => true,
		() => false,
	);

/** Writes into `job.log`, where the output of a job's process goes. It is read on terminals, too. */
export const writeJobLog = (lines: Lines): void => void process.stderr.write(`${shownLines(lines)}\n`);
