import type {JobSummary} from '../../actions/d2cm.js';

/** A job's state as lists show it: an unfinished job without a process can be resumed. */
export function jobState(job: JobSummary): string {
	if (job.end !== undefined) return job.end.state;
	if (job.isUnrun) return job.state;
	if (!job.alive) return 'INTERRUPTED';
	if (hasOpenHostKeys(job)) return 'waits for your word';
	if (job.isHeld) return 'waits: data missing';
	if (job.endsEarly && !resultStates.includes(job.state)) return 'ends, results first';
	return (job.awaitedChecks ?? []).length > 0 ? 'waits: done check' : job.state;
}

/** In which the results are fetched, or are here. */
const resultStates: readonly string[] = ['COLLECTING_DATA', 'DATA_COLLECTED', 'SHUTTING_DOWN'];

export const hasOpenHostKeys = ({openHostKeys = []}: JobSummary): boolean => openHostKeys.length > 0;

/** For the user, and nothing happens until he has answered or mended it. */
export const isWaiting = (job: JobSummary): boolean => hasOpenHostKeys(job) || job.isHeld === true;

/** Why nobody works on it, where somebody did; short, for one line holds the state and the key as well. */
export const whyInterrupted = ({elsewhere}: JobSummary): string =>
	elsewhere ? `${elsewhere.host || 'its host'} is silent` : 'its process died';

export function jobColor(job: JobSummary): string | undefined {
	if (job.isUnrun) return undefined;
	if (job.end?.state === 'COMPLETED') return 'green';
	if (job.end?.state === 'FAILED') return 'red';
	if (job.end === undefined && (!job.alive || isWaiting(job))) return 'yellow';
	return job.end === undefined ? 'cyan' : undefined;
}

/** Why a deployment cannot be ended, results first. */
export function whyNotFinish(job: JobSummary): string | undefined {
	if (job.end === undefined && job.state === 'SHUTTING_DOWN') return 'Its instances are being terminated already.';
	if (job.end === undefined && job.endsEarly) return 'It is being ended already, results first.';
	return whyNotCancel(job);
}

export function whyNotCancel(job: JobSummary): string | undefined {
	if (job.isUnrun) return notStarted;
	return job.end === undefined ? undefined : `It has ended already: ${job.end.state}.`;
}

export function whyNotResume(job: JobSummary): string | undefined {
	if (job.isUnrun) return notStarted;
	if (job.end !== undefined) return `It has ended already: ${job.end.state}.`;
	return job.alive ? 'A process works on it already.' : undefined;
}

const notStarted = 'It was not started yet. Press s to start it.';
