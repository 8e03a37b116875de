import {AppError} from '../engine/errors/app-error.js';
import {behind} from '../engine/host/fence.js';
import {systemClock} from '../engine/host/system-clock.js';
import {faultLines} from '../engine/host/terminal-text.js';
import {migrateToLocal} from '../engine/migration/migrate-to-local.js';
import {fencedStore} from '../engine/object-store/fenced-store.js';
import type {AmiEntry} from '../store/database.js';
import {jobPaths} from '../store/paths.js';
import type {ActionContext} from './action-context.js';
import type {JobDefinition} from './job-folders.js';
import {type JobRun, writeJobLog} from './run-job.js';

type MigrationJob = Extract<JobDefinition, {kind: 'migration'}>;

/** What a way has made, as far as it is known to the database. */
type Made = Pick<AmiEntry, 'id' | 'createdAt' | 'virtualBytes' | 'snapshot' | 'location'>;

/** Wires a migration to the world. The AMI is in the database before the job has ended. */
export async function workOnMigration(context: ActionContext, job: MigrationJob, run: JobRun): Promise<void> {
	const {definition: migration} = job;
	const {way = 'local', image, cloud} = migration;
	const made =
		way === 'local'
			? await withoutRemains(job, run, async () => toLocal(context, job, run))
			: await toCloud(context, {...job, definition: {...migration, way}}, run);
	if (made) {
		const ami: AmiEntry = {...made, image, cloud, migration: migration.id, status: 'available', way};
		await context.store.update(draft => {
			draft.amis = [...draft.amis.filter(known => known.cloud !== cloud || known.id !== ami.id), ami];
		});
	}
}

async function toLocal(
	{paths}: ActionContext,
	{folder, definition: migration}: MigrationJob,
	{journal, cancel}: JobRun,
): Promise<Made> {
	const {id, createdAt, virtualBytes} = await migrateToLocal({
		migration,
		workFolder: folder,
		localFolder: paths.local,
		journal,
		signal: cancel,
		clock: systemClock,
	});
	return {id, createdAt, virtualBytes};
}

type RemoteJob = MigrationJob & {
	readonly definition: {readonly way: 'ebs-direct' | 'import-snapshot' | 'bundle'};
};

async function toCloud(
	{paths, store}: ActionContext,
	{folder, definition: migration}: RemoteJob,
	{journal, fence, cancel}: JobRun,
): Promise<Made> {
	const {migrateToCloud} = await import('../engine/migration/migrate-to-cloud.js');
	const {cloudMigrationRequest} = await import('./cloud-migration-request.js');
	const {findParent} = await import('./find-parent.js');
	const parent = await findParent(migration, store.data(), paths);
	const job = {migration, workFolder: folder, journal, signal: cancel};
	const request = await cloudMigrationRequest(job, store.data());
	try {
		const {id, createdAt, virtualBytes, snapshotId, location} = await migrateToCloud({
			...request,
			calls: behind(fence, request.calls, ['ec2', 'ebs', 'iam']),
			store: request.store && fencedStore(request.store, fence),
			parent,
		});
		return {id, createdAt, virtualBytes, snapshot: snapshotId, location};
	} finally {
		request.calls.close();
	}
}

/** An error of ours ends it too: it leaves nothing that would have to be looked after, and another one is soon started. */
async function withoutRemains<Result>(
	{folder}: MigrationJob,
	{journal}: JobRun,
	work: () => Promise<Result>,
): Promise<Result | undefined> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof AppError) {
			throw error;
		}

		writeJobLog(faultLines(error));
		await journal.append({
			kind: 'end',
			state: 'FAILED',
			cause: `D2CM failed by an error of its own: ${error instanceof Error ? error.message : String(error)}.`,
			hint: `Please report it with ${jobPaths(folder).log}.`,
		});
		return undefined;
	}
}
