import type {JournalRecord} from '../jobs/journal.js';
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

/** What goes on, by the step that it is in; a step that looks at the limits itself says more. */
const waits = new Map([
	['reserve-instances', 'instances were still being reserved'],
	['wait-for-boot', 'instances were still booting'],
	['contextualize', 'instances were still being introduced to each other'],
	['upload-files', 'files were still being uploaded'],
]);

function waitingFor(records: readonly JournalRecord[]): string {
	const step = records.findLast(
		record => record.kind === 'step' && record.mark === 'started' && record.subject === undefined,
	);
	return waits.get(step?.kind === 'step' ? step.step : '') ?? 'it was still under way';
}

/**
Does the work of a run, whatever it waits for, in time: its signal is aborted with the error as soon as a limit is reached. A step
that looks at the limits itself gets the time for one more look, since it knows better what it waits for.
*/
export async function whileInTime(
	run: Run & Pick<DeploymentRun, 'timing'>,
	work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const over = new AbortController();
	const done = new AbortController();
	const watch = async () => {
		for (let isLate = false; ; ) {
			await run.clock.sleep(run.timing.completionPollMs, done.signal);
			try {
				mustBeInTime(run, waitingFor(run.journal.records));
			} catch (error) {
				if (isLate) {
					over.abort(error);
					return;
				}

				isLate = true;
			}
		}
	};
	const watching = watch().catch(() => undefined); // It was done in time.
	try {
		await work(over.signal);
	} finally {
		done.abort();
		await watching;
	}
}
