import type {Instance} from '../cloud/cloud.js';
import {AppError} from '../errors/app-error.js';
import {Stopwatch} from '../host/stopwatch.js';
import type {JournalRecord} from '../jobs/journal.js';
import type {DeploymentRun} from './deployment-run.js';
import {faultWords} from './fault-words.js';
import {isAsleep} from './instance-end.js';

/**
Stops what had stopped and was started again, since the deployment cannot go on now: until it can, only the disks shall cost
money. What never stopped is left alone: its work may not have ended.

@param look The instances of the deployment.
@returns What runs all the same, until its lease is over.
*/
export async function stopAgain(
	run: DeploymentRun,
	look: () => Promise<readonly Instance[]>,
): Promise<readonly Instance[]> {
	const {ask, cancel, clock, cloud, timing} = run;
	const waited = new Stopwatch(clock, 2 * timing.launchPollMs);
	for (;;) {
		const instances = await look();
		await noteAsleep(run, instances);
		const awake = instances.filter(({state}) => state === 'running' || state === 'pending');
		const woken = awake.filter(({id}) => isWoken(run.journal.records, id)).map(({id}) => id);
		if (woken.length === 0 || cloud.stop === undefined || waited.passedMs() > timing.bootLimitMs) {
			return awake;
		}

		try {
			await ask(async () => cloud.stop?.(woken), cancel);
		} catch (error) {
			cancel.throwIfAborted();
			if (!(error instanceof AppError)) {
				throw error;
			}

			const {message, hint} = faultWords(error);
			await run.say('warning', `What was started again cannot be stopped: ${message}`, {hint});
			return awake;
		}

		await clock.sleep(timing.launchPollMs, cancel);
	}
}

/** From here on they cost no more than their disks. */
async function noteAsleep({journal}: DeploymentRun, instances: readonly Instance[]): Promise<void> {
	for (const {id} of instances.filter(isAsleep)) {
		if (isWoken(journal.records, id)) {
			await journal.append({kind: 'step', step: 'sleep', subject: id, mark: 'finished'});
		}
	}
}

function isWoken(records: readonly JournalRecord[], id: string): boolean {
	const last = records.findLast(
		record => record.kind === 'step' && record.subject === id && (record.step === 'wake' || record.step === 'sleep'),
	);
	return last?.kind === 'step' && last.step === 'wake';
}
