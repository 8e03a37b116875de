import {setTimeout as sleep} from 'node:timers/promises';
import type {Cloud} from '../engine/cloud/cloud.js';
import {findLeftovers} from '../engine/deployments/find-leftovers.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary, Orphan} from './d2cm.js';
import {NoCredentialError} from './errors/no-credential-error.js';
import {NotTerminatedError} from './errors/not-terminated-error.js';

type OrphanActions = Pick<D2cm, 'orphans' | 'reap'>;

const mostWaitMs = 5 * 60_000;

/** Instances that cost money and that nobody looks after. */
export function orphanActions(
	{store, cloud: openCloud}: ActionContext,
	jobs: () => Promise<readonly JobSummary[]>,
): OrphanActions {
	return {
		async orphans() {
			await store.refresh();
			const {clouds, installation} = store.data();
			// The clouds first: a job that begins meanwhile is then among the living.
			const found = await Promise.all(
				clouds.map(async ({name}) => {
					const cloud = await usableCloud(name, openCloud);
					return cloud ? findLeftovers(cloud, installation, new Set()) : [];
				}),
			);
			const living = new Set((await jobs()).filter(({alive}) => alive).map(({title}) => title));
			return found.flat().filter(({launchKey}) => !living.has(launchKey));
		},
		async reap(orphans) {
			for (const [name, ofCloud] of Map.groupBy(orphans, ({cloud}) => cloud)) {
				await terminateAll(await openCloud(name), ofCloud, store.data().installation);
			}
		},
	};
}

async function usableCloud(name: string, openCloud: ActionContext['cloud']): Promise<Cloud | undefined> {
	try {
		return await openCloud(name);
	} catch (error) {
		// Nothing of ours can run where nothing of ours can be started.
		if (error instanceof NoCredentialError) {
			return undefined;
		}

		throw error;
	}
}

/** @throws {NotTerminatedError} */
async function terminateAll(cloud: Cloud, orphans: readonly Orphan[], installation: string): Promise<void> {
	const ids = orphans.map(({instance}) => instance.id);
	await cloud.terminate(ids);
	for (const deadline = Date.now() + mostWaitMs; ; await sleep(500)) {
		const living = (await cloud.describe({ids})).filter(({state}) => state !== 'terminated').map(({id}) => id);
		if (living.length === 0) {
			break;
		}

		if (Date.now() > deadline) {
			throw new NotTerminatedError(living);
		}
	}

	for (const launchKey of new Set(orphans.map(orphan => orphan.launchKey))) {
		await cloud.cleanUp({installation, launchKey, publicKey: ''});
	}
}
