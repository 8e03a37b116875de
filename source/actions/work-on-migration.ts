import {AppError} from '../engine/errors/app-error.js';
import {systemClock} from '../engine/host/system-clock.js';
import {migrateToLocal} from '../engine/migration/migrate-to-local.js';
import {jobPaths} from '../store/paths.js';
import type {ActionContext} from './action-context.js';
import type {JobDefinition} from './job-folders.js';
import type {JobRun} from './run-job.js';

type MigrationJob = Extract<JobDefinition, {kind: 'migration'}>;

/**
Wires a migration to the world. An error of ours ends it too: it leaves nothing that would have to be looked after, and
another one is soon started.
*/
export async function workOnMigration(context: ActionContext, job: MigrationJob, run: JobRun): Promise<void> {
	try {
		await migrate(context, job, run);
	} catch (error) {
		if (error instanceof AppError) {
			throw error;
		}

		console.error(error);
		await run.journal.append({
			kind: 'end',
			state: 'FAILED',
			cause: `D2CM failed by an error of its own: ${error instanceof Error ? error.message : String(error)}.`,
			hint: `Please report it with ${jobPaths(job.folder).log}.`,
		});
	}
}

/** The AMI is in the database before the job has ended. */
async function migrate(
	{paths, store, cloud}: ActionContext,
	{folder, definition: migration}: MigrationJob,
	{journal, cancel}: JobRun,
): Promise<void> {
	await cloud(migration.cloud); // Says so where there is no way to this kind of cloud.
	const {id, createdAt, virtualBytes} = await migrateToLocal({
		migration,
		workFolder: folder,
		localFolder: paths.local,
		journal,
		signal: cancel,
		clock: systemClock,
	});
	const ami = {id, image: migration.image, cloud: migration.cloud, createdAt, virtualBytes, migration: migration.id};
	await store.update(draft => {
		draft.amis = [...draft.amis.filter(known => known.cloud !== ami.cloud || known.id !== id), ami];
	});
}
