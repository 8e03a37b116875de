import {CancelledError} from '../../errors/cancelled-error.js';
import type {JournalData} from '../../jobs/journal.js';
import type {CloudMigrationContext} from './cloud-migration.js';

/** Does a step between its marks; what it returns is written with the second one. */
export async function inStep<Data>(
	{journal, signal}: Pick<CloudMigrationContext, 'journal' | 'signal'>,
	step: string,
	work: () => Promise<Data>,
): Promise<Data> {
	if (signal.aborted) {
		throw new CancelledError('The migration');
	}

	await journal.append({kind: 'step', step, mark: 'started'});
	const data = await work();
	await journal.append({kind: 'step', step, mark: 'finished', ...(data ? {data: data as JournalData} : {})});
	return data;
}
