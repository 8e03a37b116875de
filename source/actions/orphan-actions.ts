import {setTimeout as sleep} from 'node:timers/promises';
import type {Cloud, Instance, OwnedKind, OwnedThing} from '../engine/cloud/cloud.js';
import {dollars} from '../engine/cloud/prices/dollars.js';
import {findLeftovers} from '../engine/deployments/find-leftovers.js';
import {AppError} from '../engine/errors/app-error.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary, Orphan, Orphans} from './d2cm.js';
import {NoCredentialError} from './errors/no-credential-error.js';
import {NotReapedError} from './errors/not-reaped-error.js';
import {NotTerminatedError} from './errors/not-terminated-error.js';

type OrphanActions = Pick<D2cm, 'orphans' | 'reap'>;

const mostWaitMs = 5 * 60_000;

/** What costs money, or stays for ever, and nobody looks after. */
export function orphanActions(
	{store, cloud: openCloud}: Pick<ActionContext, 'store' | 'cloud'>,
	jobs: () => Promise<readonly JobSummary[]>,
	/** What a cloud has that its adapter does not know. */
	more: (cloud: string) => readonly OwnedKind[] = () => [],
): OrphanActions {
	const living = async () =>
		new Set(
			(await jobs()).filter(({alive}) => alive).flatMap(({title, id, kind}) => (kind === 'migration' ? id : title)),
		);
	return {
		async orphans() {
			await store.refresh();
			const {clouds, installation} = store.data();
			// The clouds first: a job that begins meanwhile is then among the living.
			const answers = await Promise.all(clouds.map(async ({name}) => askedOf(name, {openCloud, more}, installation)));
			const owned = await living();
			return {
				found: answers.flatMap(({found}) => found).filter(orphan => !isOwned(orphan, owned)),
				unasked: answers.flatMap(({unasked}) => unasked),
			};
		},
		async reap(orphans) {
			// What was resumed since they were listed is nobody's orphan.
			const owned = await living();
			const mine = orphans.filter(orphan => !isOwned(orphan, owned));
			const refusals: Refusal[] = [];
			for (const [cloud, ofCloud] of Map.groupBy(mine, orphan => orphan.cloud)) {
				try {
					const place = await openCloud(cloud);
					const kinds = [...(place.ownedKinds ?? []), ...more(cloud)];
					await terminateAll({cloud: place, kinds}, ofCloud, store.data().installation);
				} catch (error) {
					refusals.push({cloud, error});
				}
			}

			mustBeNone(refusals);
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

/** What one cloud has; whatever goes wrong there hides nothing of the other clouds, nor what it has said before. */
async function askedOf(
	name: string,
	{
		openCloud,
		more,
	}: {readonly openCloud: ActionContext['cloud']; readonly more: (cloud: string) => readonly OwnedKind[]},
	installation: string,
): Promise<Orphans> {
	const unasked: {cloud: string; why: string}[] = [];
	const ask = async <T>(question: () => Promise<readonly T[]>): Promise<readonly T[]> => {
		try {
			return await question();
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			// Asked for many kinds of things, a cloud says the same of each.
			if (unasked.every(one => one.why !== why)) unasked.push({cloud: name, why});
			return [];
		}
	};
	const [cloud] = await ask(async () => [await usableCloud(name, openCloud)]);
	if (!cloud) {
		return {found: [], unasked};
	}

	const instances = await ask(async () => orphanedInstances(cloud, installation));
	const things = await Promise.all(
		[...(cloud.ownedKinds ?? []), ...more(name)].map(async kind => ask(async () => kind.find(installation))),
	);
	return {found: [...instances, ...things.flat().map(thing => orphanedThing(name, thing))], unasked};
}

async function orphanedInstances(cloud: Cloud, installation: string): Promise<readonly Orphan[]> {
	const leftovers = await findLeftovers(cloud, installation, new Set());
	// Where the prices cannot be had, the instances are there all the same.
	const types = leftovers.length > 0 ? await cloud.instanceTypes().catch(() => []) : [];
	const onSpot = leftovers.flatMap(({instance}) => (instance.spot ? instance.instanceType : []));
	const spot = onSpot.length > 0 ? await cloud.spotPrices?.([...new Set(onSpot)]).catch(() => undefined) : undefined;
	const isStopped = leftovers.some(({instance}) => instance.state === 'stopped');
	const images = isStopped ? await cloud.images().catch(() => []) : [];
	return leftovers.map(({instance, launchKey}): Orphan => {
		const hours = hoursSince(instance.launchedAt);
		const stopped = instance.state === 'stopped';
		const keptUsd = stopped ? images.find(({id}) => id === instance.imageId)?.keptUsd : undefined;
		const onDemand = types.find(({name}) => name === instance.instanceType)?.hourlyUsd;
		const hourlyUsd = instance.spot ? spot?.get(instance.instanceType)?.hourlyUsd : onDemand;
		const costUsd = stopped ? stoppedCost(instance, hourlyUsd, keptUsd) : hourlyUsd && hours * hourlyUsd;
		return {
			cloud: cloud.name,
			kind: 'instance',
			id: instance.id,
			launchKey,
			instance,
			hours,
			...(stopped && {detail: stoppedWords(keptUsd)}),
			...(costUsd !== undefined && {costUsd}),
		};
	});
}

/** It cost its rate until it stopped, which not every cloud tells the time of, and its disks' since. */
function stoppedCost(
	{launchedAt, endedAt}: Instance,
	hourlyUsd: number | undefined,
	keptUsd: number | undefined,
): number | undefined {
	return endedAt === undefined || hourlyUsd === undefined || keptUsd === undefined
		? undefined
		: (hoursSince(launchedAt) - hoursSince(endedAt)) * hourlyUsd + hoursSince(endedAt) * keptUsd;
}

const stoppedWords = (keptUsd: number | undefined) =>
	`stopped; its disks cost ${keptUsd === undefined ? 'money' : `about ${dollars(keptUsd)} per hour`}`;

function orphanedThing(cloud: string, thing: OwnedThing): Orphan {
	const {kind, id, launchKey, detail, since, hourlyUsd} = thing;
	const hours = since === undefined ? undefined : hoursSince(since);
	return {
		cloud,
		kind,
		id,
		launchKey,
		thing,
		...(detail !== undefined && {detail}),
		...(hours !== undefined && {hours}),
		...(hours !== undefined && hourlyUsd !== undefined && {costUsd: hours * hourlyUsd}),
	};
}

const hoursSince = (time: string) => Math.max(0, Date.now() - Date.parse(time)) / 3_600_000;

const isOwned = ({launchKey, thing}: Orphan, owners: ReadonlySet<string>) =>
	owners.has(launchKey) || owners.has(thing?.migration ?? '');

type Refusal = {readonly cloud: string; readonly error: unknown};

/** @throws {NotReapedError} */
function mustBeNone(refusals: readonly Refusal[]): void {
	const [first] = refusals;
	const fault = refusals.find(({error}) => !(error instanceof AppError)) ?? (refusals.length === 1 ? first : undefined);
	if (fault) {
		throw fault.error;
	}

	if (first) {
		throw new NotReapedError(refusals.map(({cloud, error}) => `${cloud}: ${(error as AppError).message}`));
	}
}

/** @throws {NotTerminatedError} */
async function terminateAll(
	{cloud, kinds}: {readonly cloud: Cloud; readonly kinds: readonly OwnedKind[]},
	orphans: readonly Orphan[],
	installation: string,
): Promise<void> {
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
		if (launchKey !== '') {
			await cloud.cleanUp({installation, launchKey, publicKey: ''});
		}
	}

	for (const {kind, remove} of kinds) {
		for (const {thing} of orphans.filter(orphan => orphan.kind === kind)) {
			await (thing && remove?.(thing));
		}
	}
}
