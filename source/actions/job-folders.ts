import {readdir, readFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Deployment} from '../engine/deployments/deployment.js';
import {deploymentOf} from '../engine/deployments/deployment-file.js';
import {readUnrun, type UnrunDeployment} from '../engine/deployments/unrun.js';
import type {Migration} from '../engine/migration/migration.js';
import type {HomePaths} from '../store/paths.js';
import {UnknownJobError} from './errors/unknown-job-error.js';
import {NotStartedError} from './errors/unrun-errors.js';

/** A job as it was defined; frozen in its folder. */
export type JobDefinition =
	| {readonly kind: 'deployment'; readonly folder: string; readonly definition: Deployment}
	| {readonly kind: 'migration'; readonly folder: string; readonly definition: Migration};

/** A deployment that was not started yet is no job: nothing takes it up, ends it or looks for what it has. */
export type UnrunFolder = {
	readonly kind: 'unrun';
	readonly id: string;
	readonly template: string;
	readonly folder: string;
	readonly unrun: UnrunDeployment | 'damaged';
};

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
	return (await listAll(paths)).filter(found => found.kind !== 'unrun');
}

/** Every job, and every deployment that is none yet. */
export async function listAll(paths: HomePaths): Promise<ReadonlyArray<JobDefinition | UnrunFolder>> {
	const folders = await listJobFolders(paths);
	const all = await Promise.all(folders.map(async ({kind, folder}) => readFolder(kind, folder)));
	return all.filter(found => found !== undefined);
}

/** @throws {UnknownJobError | NotStartedError} */
export async function findJob(paths: HomePaths, id: string): Promise<JobDefinition> {
	const found = await findAny(paths, id);
	if (found.kind === 'unrun') {
		throw new NotStartedError(id);
	}

	return found;
}

/** @throws {UnknownJobError} */
export async function findAny(paths: HomePaths, id: string): Promise<JobDefinition | UnrunFolder> {
	const found = (await listAll(paths)).find(one => (one.kind === 'unrun' ? one : one.definition).id === id);
	if (!found) {
		throw new UnknownJobError(id);
	}

	return found;
}

async function readFolder(
	kind: JobDefinition['kind'],
	folder: string,
): Promise<JobDefinition | UnrunFolder | undefined> {
	const job = await readDefinition(kind, folder);
	if (job !== undefined || kind === 'migration') {
		return job || undefined;
	}

	const unrun = await readUnrun(folder);
	// It is a job from the moment on in which it has a definition, whatever else still lies there.
	const started = await readDefinition(kind, folder);
	if (started !== undefined || unrun === undefined) {
		return started || undefined;
	}

	return {kind: 'unrun', id: basename(folder), template: basename(dirname(folder)), folder, unrun};
}

/** Undefined where there is no definition; false where there is one that says nothing. */
async function readDefinition(kind: JobDefinition['kind'], folder: string): Promise<JobDefinition | false | undefined> {
	try {
		const found = JSON.parse(await readFile(join(folder, definitionFile[kind]), 'utf8')) as {id?: unknown};
		// One that is damaged is listed all the same: it may have instances.
		const definition = (kind === 'deployment' ? deploymentOf(found) : undefined) ?? found;
		return typeof definition.id === 'string' && ({kind, folder, definition} as JobDefinition);
	} catch (error) {
		// It was never begun, is being deleted right now, or only its results are kept.
		return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : false;
	}
}

async function names(folder: string): Promise<readonly string[]> {
	return readdir(folder).catch(() => []);
}
