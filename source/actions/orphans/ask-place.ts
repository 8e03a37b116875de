import type {Cloud, Instance, OwnedKind, OwnedThing} from '../../engine/cloud/cloud.js';
import {isUnanswered} from '../../engine/cloud/may-pass.js';
import {dollars} from '../../engine/cloud/prices/dollars.js';
import {findLeftovers} from '../../engine/deployments/find-leftovers.js';
import type {CloudEntry, Database} from '../../store/database.js';
import type {ActionContext} from '../action-context.js';
import type {Orphan, Orphans} from '../d2cm.js';
import {NoCredentialError} from '../errors/no-credential-error.js';
import {formerPlaces, placeText} from '../places.js';
import {soonAnswered} from '../soon-answered.js';

/** A cloud that is asked; `former`: as it was once. */
export type Place = {readonly cloud: CloudEntry; readonly former?: CloudEntry; readonly text?: string};

export type Access = {
	readonly openCloud: ActionContext['cloud'];
	readonly more: (cloud: string, at?: CloudEntry) => readonly OwnedKind[];
};

/** The clouds as they are, then as they were. */
export function placesOf(database: Database): readonly Place[] {
	return [
		...database.clouds.map(cloud => ({cloud})),
		...formerPlaces(database).map(former => ({cloud: former, former, text: placeText(former, database)})),
	];
}

export type PlaceAnswer = Pick<Orphans, 'found' | 'unasked'> & {
	readonly place: Place;
	/** Why it is not known which instances are there; left out where it is. */
	readonly silence?: string;
};

/** What one cloud has; whatever goes wrong there hides nothing of the other clouds, nor what it has said before. */
export async function askPlace(place: Place, {openCloud, more}: Access, installation: string): Promise<PlaceAnswer> {
	const {
		cloud: {name},
		former,
		text,
	} = place;
	const where = {cloud: name, ...(text !== undefined && {place: text})};
	const unasked: {cloud: string; place?: string; why: string}[] = [];
	const ask = async <T>(question: () => Promise<T>, otherwise: (error: unknown) => T): Promise<T> => {
		try {
			return await soonAnswered(question, former ? formerLimitMs : limitMs);
		} catch (error) {
			const why = wordsOf(error);
			// Asked for many kinds of things, a cloud says the same of each.
			if (unasked.every(one => one.why !== why)) unasked.push({...where, why});
			return otherwise(error);
		}
	};

	let cloud: Cloud;
	try {
		cloud = await openCloud(name, former && {clouds: [former]});
	} catch (error) {
		const silence = wordsOf(error);
		// Nothing new of ours can run where nothing of ours can be started.
		return {place, found: [], unasked: error instanceof NoCredentialError ? [] : [{...where, why: silence}], silence};
	}

	let failure: unknown;
	const instances = await ask(
		async () => orphanedInstances(cloud, installation),
		error => {
			failure = error;
			return [];
		},
	);
	const silence = failure === undefined ? {} : {silence: wordsOf(failure)};
	if (failure !== undefined && (former || isUnanswered(failure))) {
		// It may be gone for good; nobody wants to wait for each kind of things that it does not tell of.
		return {place, found: [], unasked, ...silence};
	}

	const things = await Promise.all(
		[...(cloud.ownedKinds ?? []), ...more(name, former)].map(async kind =>
			ask(
				async () => kind.find(installation),
				() => [],
			),
		),
	);
	const found = [...instances, ...things.flat().map(thing => orphanedThing(name, thing))];
	return {place, found: found.map(orphan => ({...orphan, ...where})), unasked, ...silence};
}

/** A cloud that is there answers within a good minute, retries included; where one was once, less is waited for. */
const limitMs = 100_000;
const formerLimitMs = 45_000;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

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
