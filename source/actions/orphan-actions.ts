import {setTimeout as sleep} from 'node:timers/promises';
import type {Cloud} from '../engine/cloud/cloud.js';
import {findLeftovers} from '../engine/deployments/find-leftovers.js';
import {AppError} from '../engine/errors/app-error.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary, Orphan} from './d2cm.js';
import {NoCredentialError} from './errors/no-credential-error.js';
import {NotTerminatedError} from './errors/not-terminated-error.js';

type OrphanActions = Pick<D2cm, 'orphans' | 'reap'>;

const mostWaitMs = 5 * 60_000;

/** What costs money, or stays for ever, and nobody looks after. */
export function orphanActions(
	{store, cloud: openCloud}: Pick<ActionContext, 'store' | 'cloud'>,
	jobs: () => Promise<readonly JobSummary[]>,
): OrphanActions {
	const living = async () => new Set((await jobs()).filter(({alive}) => alive).map(({title}) => title));
	return {
		async orphans() {
			await store.refresh();
			const {clouds, installation} = store.data();
			const unasked: {cloud: string; why: string}[] = [];
			// The clouds first: a job that begins meanwhile is then among the living.
			const found = await Promise.all(
				clouds.map(async ({name}) => {
					try {
						const cloud = await usableCloud(name, openCloud);
						return cloud ? await orphansOf(cloud, installation) : [];
					} catch (error) {
						if (!(error instanceof AppError)) {
							throw error;
						}

						unasked.push({cloud: name, why: error.message});
						return [];
					}
				}),
			);
			const owned = await living();
			return {found: found.flat().filter(({launchKey}) => !owned.has(launchKey)), unasked};
		},
		async reap(orphans) {
			// What was resumed since they were listed is nobody's orphan.
			const owned = await living();
			const mine = orphans.filter(({launchKey}) => !owned.has(launchKey));
			for (const [name, ofCloud] of Map.groupBy(mine, ({cloud}) => cloud)) {
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

async function orphansOf(cloud: Cloud, installation: string): Promise<readonly Orphan[]> {
	const leftovers = await findLeftovers(cloud, installation, new Set());
	const types = leftovers.length > 0 ? await cloud.instanceTypes() : [];
	const instances = leftovers.map(({instance, launchKey}): Orphan => {
		const hours = Math.max(0, Date.now() - Date.parse(instance.launchedAt)) / 3_600_000;
		const hourlyUsd = types.find(({name}) => name === instance.instanceType)?.hourlyUsd;
		return {
			cloud: cloud.name,
			kind: 'instance',
			id: instance.id,
			launchKey,
			instance,
			hours,
			...(hourlyUsd !== undefined && {costUsd: hours * hourlyUsd}),
		};
	});
	const things = (await cloud.findOwned?.(installation)) ?? [];
	return [...instances, ...things.map(thing => ({...thing, cloud: cloud.name}))];
}

/** @throws {NotTerminatedError} */
async function terminateAll(cloud: Cloud, orphans: readonly Orphan[], installation: string): Promise<void> {
	const ids = orphans.filter(({kind}) => kind === 'instance').map(({id}) => id);
	if (ids.length > 0) {
		await cloud.terminate(ids);
	}

	for (const deadline = Date.now() + mostWaitMs; ids.length > 0; await sleep(500)) {
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
