import {readdir, rename, rm, rmdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Cloud} from '../engine/cloud/cloud.js';
import {tagNames} from '../engine/cloud/cloud.js';
import {unrunFile} from '../engine/deployments/unrun.js';
import {jobPaths} from '../store/paths.js';
import {lockFolder, tryLock} from '../store/process-lock.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary} from './d2cm.js';
import {JobActiveError} from './errors/job-active-error.js';
import {definitionFile, findAny, type JobDefinition} from './job-folders.js';
import {deleteUnrun} from './unrun-folders.js';

type DeleteActions = Pick<D2cm, 'deleteDeployment'>;

/** No results. */
const ownFolders = ['keys'];

/** What stays beside the results, as their provenance. */
const provenance = ['journal.jsonl'];

export function deleteActions(
	{paths, store, cloud: openCloud, changed}: ActionContext,
	summaryOf: (id: string) => Promise<JobSummary>,
): DeleteActions {
	return {
		async deleteDeployment(id, {results}) {
			const job = await findAny(paths, id);
			if (job.kind === 'unrun') {
				await deleteUnrun(paths, id);
				changed();
				return;
			}

			mustBeOver(await summaryOf(id));
			if (job.kind === 'deployment') {
				await mustBeGone(job, await openCloud(job.definition.cloud));
			}

			const lock = await tryLock(jobPaths(job.folder).lock);
			if (!lock) {
				throw new JobActiveError(id, `Job ${id} is running.`);
			}

			// Without its definition it would be one that was not started yet.
			await rm(join(job.folder, unrunFile), {force: true});
			await (results === 'delete' ? rm(job.folder, {recursive: true, force: true}) : keepResults(job));
			await lock.release();
			await rmdir(dirname(job.folder)).catch(() => undefined); // Others of this template are still there.
			await store.update(draft => {
				draft.deployments = draft.deployments.filter(entry => entry.id !== id);
				draft.migrations = draft.migrations.filter(entry => entry.id !== id);
			});
			changed();
		},
	};
}

/** @throws {JobActiveError} */
function mustBeOver({id, alive, end, state}: JobSummary): void {
	if (alive) {
		throw new JobActiveError(id, `Job ${id} is running.`);
	}

	if (!end && state !== 'NOT_RUN') {
		throw new JobActiveError(
			id,
			`Job ${id} was interrupted and has not ended.`,
			`Take it up with \`d2cm resume ${id}\` or end it with \`d2cm cancel ${id}\`.`,
		);
	}
}

/** @throws {JobActiveError} When the cloud still has instances of it, whatever its journal says. */
async function mustBeGone(job: Extract<JobDefinition, {kind: 'deployment'}>, cloud: Cloud): Promise<void> {
	const {id, installation, launchKey} = job.definition;
	const instances = await cloud.describe({
		tags: {[tagNames.installation]: installation, [tagNames.deployment]: launchKey},
	});
	const living = instances.filter(({state}) => state !== 'terminated');
	if (living.length > 0) {
		throw new JobActiveError(
			id,
			`Deployment ${id} still has instances: ${living.map(instance => instance.id).join(', ')}.`,
			'Terminate them first: d2cm reap',
		);
	}
}

/** The definition goes by another name, so that it is no job any more; keys and logs go for good. */
async function keepResults({kind, folder}: JobDefinition): Promise<void> {
	const entries = await readdir(folder, {withFileTypes: true});
	const results = entries.filter(
		entry => entry.isDirectory() && ![...ownFolders, basename(lockFolder(jobPaths(folder).lock))].includes(entry.name),
	);
	if (kind === 'migration' || results.length === 0) {
		await rm(folder, {recursive: true, force: true});
		return;
	}

	await rename(join(folder, definitionFile[kind]), join(folder, 'deleted-deployment.json'));
	for (const entry of entries) {
		if (!results.includes(entry) && !provenance.includes(entry.name) && entry.name !== definitionFile[kind]) {
			await rm(join(folder, entry.name), {recursive: true, force: true});
		}
	}
}
