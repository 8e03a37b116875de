import {isFileRefusal} from '../engine/host/file-reason.js';
import {jobPaths} from '../store/paths.js';
import {type ProcessLock, tryLock, untilKnown} from '../store/process-lock.js';
import type {JobSummary} from './d2cm.js';

/** Whose jobs live, as what they have in a cloud names them. */
export const livingOf = (jobs: readonly JobSummary[]): ReadonlySet<string> =>
	new Set(jobs.filter(({alive}) => alive).map(ownerName));

const ownerName = ({title, id, kind}: JobSummary) => (kind === 'migration' ? id : title);

/** Keeps jobs that do not live from being taken up by any process. @returns Also those that live, or came to life just now. */
export async function holdJobs(
	owners: ReadonlySet<string>,
	jobs: readonly JobSummary[],
): Promise<{readonly living: ReadonlySet<string>; readonly release: () => Promise<void>}> {
	const living = new Set(livingOf(jobs));
	const locks: ProcessLock[] = [];
	for (const job of jobs) {
		const name = ownerName(job);
		if (owners.has(name) && !living.has(name)) {
			const lock = await hold(jobPaths(job.folder).lock);
			if (lock === 'held') {
				living.add(name);
			} else if (lock) {
				locks.push(lock);
			}
		}
	}

	return {
		living,
		async release() {
			for (const lock of locks) {
				await lock.release();
			}
		},
	};
}

/** Undefined where no lock can be written: then no other process can take the job up here either, and nobody is kept from reaping. */
async function hold(path: string): Promise<ProcessLock | 'held' | undefined> {
	try {
		return (await tryLock(path, {keepsAway: true})) ?? 'held';
	} catch (error) {
		if (!isFileRefusal(error)) {
			throw error;
		}

		return (await untilKnown(path)).holder ? 'held' : undefined;
	}
}
