import {CloudUnreachableError} from '../../cloud/ec2/errors/cloud-unreachable-error.js';
import type {JournalRecord} from '../../jobs/journal.js';
import {StoreUnavailableError} from '../../object-store/errors/store-unavailable-error.js';
import type {CloudMigrationContext} from './cloud-migration.js';

/** At most a minute apart, so most of an hour. */
const mostTries = 60;
const mostPauseMs = 60_000;

/** Does what can be done again until the cloud is back. As long as it gets further, it has all the tries again. */
export async function outlast<Result>(
	{journal, clock, signal, say}: Pick<CloudMigrationContext, 'journal' | 'clock' | 'signal' | 'say'>,
	work: () => Promise<Result>,
): Promise<Result> {
	for (let tries = 1; ; tries++) {
		const before = farthest(journal.records);
		try {
			return await work();
		} catch (error) {
			if (!isAway(error) || signal.aborted) {
				throw error;
			}

			tries = farthest(journal.records) > before ? 1 : tries;
			if (tries >= mostTries) {
				throw error;
			}

			const pauseMs = Math.min(mostPauseMs, 5000 * 2 ** (tries - 1));
			await say(`${error.message} Trying again in ${pauseMs / 1000} s; what is there is not sent again.`, 'warning');
			await clock.sleep(pauseMs, signal);
		}
	}
}

/** The network or the service, not us. */
export const isAway = (error: unknown): error is CloudUnreachableError | StoreUnavailableError =>
	error instanceof CloudUnreachableError || error instanceof StoreUnavailableError;

/** Grows when a step is done, or more is there than ever before; not when the same is looked at again. */
function farthest(records: readonly JournalRecord[]): number {
	const steps = records.filter(({kind}) => kind === 'step').length;
	return records.reduce((most, record) => (record.kind === 'progress' ? Math.max(most, record.done) : most), 0) + steps;
}
