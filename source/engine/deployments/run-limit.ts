import type {DeploymentRun} from './deployment-run.js';
import {elapsedSince} from './elapsed-since.js';
import {reserveSeconds} from './lease/lease-limits.js';
import {RunTimeError} from './run-time-error.js';
import {SpendCapError} from './spend-cap-error.js';
import {spending} from './spending.js';

type Run = Pick<DeploymentRun, 'deployment' | 'journal' | 'clock'>;

/**
The time of a run counts from when its instances knew each other, its cost from the first reservation.

@throws {RunTimeError} When the time is over.
@throws {SpendCapError} When what is left under the cap is for bringing the results home.
*/
export function mustBeInTime(run: Run, waitingFor: string): void {
	const {journal} = run;
	const {maxRunMinutes, capUsd} = run.deployment;
	const limitMs = maxRunMinutes * 60_000;
	const begun = journal.records.find(record => record.kind === 'state' && record.state === 'ROLES_CONTEXTUALIZED');
	if (begun && elapsedSince(run, begun) > limitMs) {
		throw new RunTimeError(maxRunMinutes, waitingFor);
	}

	const spent = capUsd === undefined ? undefined : spending(run);
	if (capUsd === undefined || spent === undefined || spent.hourlyUsd === 0) {
		return;
	}

	const forResults = (reserveSeconds({capUsd, roles: spent.living}) / 3600) * spent.hourlyUsd;
	if (spent.usd >= capUsd - forResults - leastUsd) {
		throw new SpendCapError(capUsd, spent.usd, waitingFor);
	}
}

/** Less is nothing but what computers make of sums. */
const leastUsd = 1e-9;

/** Does long work that does not look at the limits itself; it ends through its signal when one is reached. */
export async function whileInTime(
	run: Run & Pick<DeploymentRun, 'cancel' | 'timing'>,
	waitingFor: string,
	work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const over = new AbortController();
	const done = new AbortController();
	const watch = async () => {
		for (;;) {
			await run.clock.sleep(run.timing.completionPollMs, done.signal);
			mustBeInTime(run, waitingFor);
		}
	};
	const watching = watch().catch((error: unknown) => over.abort(error));
	try {
		await work(AbortSignal.any([run.cancel, over.signal]));
	} finally {
		done.abort();
		await watching;
	}
}
