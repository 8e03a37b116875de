import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Deployment} from '../engine/deployments/deployment.js';
import {deploymentOf} from '../engine/deployments/deployment-file.js';
import type {Migration} from '../engine/migration/migration.js';
import type {HomePaths} from '../store/paths.js';
import {UnknownJobError} from './errors/unknown-job-error.js';

/** A job as it was defined; frozen in its folder. */
export type JobDefinition =
	| {readonly kind: 'deployment'; readonly folder: string; readonly definition: Deployment}
	| {readonly kind: 'migration'; readonly folder: string; readonly definition: Migration};

export const definitionFile = {deployment: 'deployment.json', migration: 'migration.json'} as const;

/** Where a deployment lies. */
export const deploymentFolder = ({deployments}: HomePaths, {template, id}: {template: string; id: string}): string =>
	join(deployments, template, id);

export const migrationFolder = ({migrations}: HomePaths, id: string): string => join(migrations, id);

/** Where jobs lie, whether they were ever begun or not. */
export async function listJobFolders(
	paths: HomePaths,
): Promise<ReadonlyArray<{readonly kind: JobDefinition['kind']; readonly folder: string}>> {
	const migrations = (await names(paths.migrations)).map(id => migrationFolder(paths, id));
	const deployments = await Promise.all(
		(await names(paths.deployments)).map(async template =>
			(await names(join(paths.deployments, template))).map(id => deploymentFolder(paths, {template, id})),
		),
	);
	return [
		...migrations.map(folder => ({kind: 'migration' as const, folder})),
		...deployments.flat().map(folder => ({kind: 'deployment' as const, folder})),
	];
}

/** Every job there is. A folder without a definition was never a job, or is not one any more. */
export async function listJobs(paths: HomePaths): Promise<readonly JobDefinition[]> {
	const folders = await listJobFolders(paths);
	const jobs = await Promise.all(folders.map(async ({kind, folder}) => readDefinition(kind, folder)));
	return jobs.filter(job => job !== undefined);
}

/** @throws {UnknownJobError} */
export async function findJob(paths: HomePaths, id: string): Promise<JobDefinition> {
	const job = (await listJobs(paths)).find(({definition}) => definition.id === id);
	if (!job) {
		throw new UnknownJobError(id);
	}

	return job;
}

async function readDefinition(kind: JobDefinition['kind'], folder: string): Promise<JobDefinition | undefined> {
	try {
		const found = JSON.parse(await readFile(join(folder, definitionFile[kind]), 'utf8')) as {id?: unknown};
		// One that is damaged is listed all the same: it may have instances.
		const definition = (kind === 'deployment' ? deploymentOf(found) : undefined) ?? found;
		return typeof definition.id === 'string' ? ({kind, folder, definition} as JobDefinition) : undefined;
	} catch {
		// It was never begun, is being deleted right now, or only its results are kept.
		return undefined;
	}
}

async function names(folder: string): Promise<readonly string[]> {
	return readdir(folder).catch(() => []);
}
