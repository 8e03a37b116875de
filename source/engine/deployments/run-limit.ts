import {asReserved} from './as-reserved.js';
import type {DeploymentRun} from './deployment-run.js';
import {elapsedSince} from './elapsed-since.js';
import {capSeconds, reserveSeconds} from './lease/lease-limits.js';
import {hourlyPrice} from './price-line.js';
import {RunTimeError} from './run-time-error.js';
import {secondsSinceReservation} from './seconds-since-reservation.js';
import {SpendCapError} from './spend-cap-error.js';

type Run = Pick<DeploymentRun, 'deployment' | 'journal' | 'clock'>;

/**
The time of a run counts from when its instances knew each other, its cost from the first reservation.

@throws {RunTimeError} When the time is over.
@throws {SpendCapError} When what is left under the cap is for bringing the results home.
*/
export function mustBeInTime(run: Run, waitingFor: string): void {
	const {journal} = run;
	const deployment = {...run.deployment, roles: asReserved(run.deployment.roles, journal.records)};
	const {maxRunMinutes, capUsd, roles} = deployment;
	const limitMs = maxRunMinutes * 60_000;
	const begun = journal.records.find(record => record.kind === 'state' && record.state === 'ROLES_CONTEXTUALIZED');
	if (begun && elapsedSince(run, begun) > limitMs) {
		throw new RunTimeError(maxRunMinutes, waitingFor);
	}

	const cap = capSeconds(deployment);
	const rate = hourlyPrice(roles);
	if (cap === undefined || capUsd === undefined || rate === undefined) {
		return;
	}

	const elapsed = secondsSinceReservation(run);
	if (elapsed >= cap - reserveSeconds(deployment)) {
		throw new SpendCapError(capUsd, (elapsed / 3600) * rate, waitingFor);
	}
}

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
