import {setTimeout as sleep} from 'node:timers/promises';
import type {Cloud, Instance, OwnedKind, OwnedThing} from '../engine/cloud/cloud.js';
import {dollars} from '../engine/cloud/prices/dollars.js';
import {findLeftovers} from '../engine/deployments/find-leftovers.js';
import {AppError} from '../engine/errors/app-error.js';
import type {CloudEntry, Database} from '../store/database.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary, Orphan, Orphans} from './d2cm.js';
import {JobActiveError} from './errors/job-active-error.js';
import {NoCredentialError} from './errors/no-credential-error.js';
import {NotReapedError} from './errors/not-reaped-error.js';
import {NotTerminatedError} from './errors/not-terminated-error.js';
import {UnknownNameError} from './errors/unknown-name-error.js';
import {holdJobs, livingOf} from './hold-jobs.js';
import {formerPlaces, isSamePlace, placeText} from './places.js';
import {soonAnswered} from './soon-answered.js';

type OrphanActions = Pick<D2cm, 'orphans' | 'reap' | 'forgetPlaces'>;

/** A cloud that is asked; `former`: as it was once. */
type Place = {readonly cloud: CloudEntry; readonly former?: CloudEntry; readonly text?: string};

const mostWaitMs = 5 * 60_000;

/** What costs money, or stays for ever, and nobody looks after. */
export function orphanActions(
	{store, cloud: openCloud}: Pick<ActionContext, 'store' | 'cloud'>,
	jobs: () => Promise<readonly JobSummary[]>,
	/** What a cloud has that its adapter does not know. */
	more: (cloud: string, at?: CloudEntry) => readonly OwnedKind[] = () => [],
): OrphanActions {
	return {
		async orphans() {
			await store.refresh();
			const {installation} = store.data();
			// The clouds first: a job that begins meanwhile is then among the living.
			const answers = await Promise.all(
				placesOf(store.data()).map(async place => ({
					place,
					...(await askedOf(place, {openCloud, more}, installation)),
				})),
			);
			const now = await jobs();
			const owned = livingOf(now);
			const empty = answers.flatMap(({place: {former}, found, unasked}) =>
				former && found.length + unasked.length === 0 ? former : [],
			);
			await forget(
				store,
				empty.filter(({name}) => !isNeeded(name, store.data(), now)),
			);
			return {
				found: onceEach(answers).filter(orphan => !isOwned(orphan, owned)),
				unasked: answers.flatMap(({unasked}) => unasked),
			};
		},
		async forgetPlaces(cloud, text) {
			await store.refresh();
			const places = placesOf(store.data()).filter(
				place => place.former?.name === cloud && (text === undefined || place.text === text),
			);
			await forget(
				store,
				places.flatMap(({former}) => former ?? []),
			);
			return places.flatMap(place => place.text ?? []);
		},
		async reap(orphans) {
			// What was resumed since they were listed is nobody's orphan; and nothing is resumed until they are gone.
			const owners = orphans.flatMap(({launchKey, thing}) => [launchKey, thing?.migration ?? '']);
			const held = await holdJobs(new Set(owners), await jobs());
			try {
				const mine = orphans.filter(orphan => !isOwned(orphan, held.living));
				const refusals = await reapAll(mine, {openCloud, more, database: store.data()});
				mustBeNone([...refusals, ...takenUp(orphans, held.living)]);
			} finally {
				await held.release();
			}
		},
	};
}

type Access = {
	readonly openCloud: ActionContext['cloud'];
	readonly more: (cloud: string, at?: CloudEntry) => readonly OwnedKind[];
};

async function reapAll(
	orphans: readonly Orphan[],
	{openCloud, more, database}: Access & {readonly database: Database},
): Promise<readonly Refusal[]> {
	const refusals: Refusal[] = [];
	const places = placesOf(database);
	for (const [cloud, ofCloud] of Map.groupBy(orphans, nameOf)) {
		try {
			const [{cloud: name, place} = {cloud}] = ofCloud;
			const former = places.find(one => one.former?.name === name && one.text === place)?.former;
			if (place !== undefined && former === undefined) {
				throw new UnknownNameError(
					'former place',
					place,
					places.flatMap(({text}) => text ?? []),
				);
			}

			const opened = await openCloud(name, former && {clouds: [former]});
			const kinds = [...(opened.ownedKinds ?? []), ...more(name, former)];
			await terminateAll({cloud: opened, kinds}, ofCloud, database.installation);
		} catch (error) {
			refusals.push({cloud, error});
		}
	}

	return refusals;
}

/** What stays, since a job has it again. */
function takenUp(orphans: readonly Orphan[], living: ReadonlySet<string>): readonly Refusal[] {
	const theirs = Map.groupBy(
		orphans.filter(orphan => isOwned(orphan, living)),
		({launchKey, thing}) => launchKey || (thing?.migration ?? ''),
	);
	return [...theirs].map(([owner, [first]]) => ({
		cloud: first ? nameOf(first) : '',
		error: new JobActiveError(
			owner,
			`A job looks after ${owner} again: what it has stays.`,
			'It takes that away itself when it ends.',
		),
	}));
}

/** The clouds as they are, then as they were. */
function placesOf(database: Database): readonly Place[] {
	return [
		...database.clouds.map(cloud => ({cloud})),
		...formerPlaces(database).map(former => ({cloud: former, former, text: placeText(former, database)})),
	];
}

async function forget(store: ActionContext['store'], gone: readonly CloudEntry[]): Promise<void> {
	if (gone.length > 0) {
		await store.update(draft => {
			draft.places = draft.places.filter(place => !gone.some(one => isSamePlace(one, place)));
		});
	}
}

/** Something may yet come to light there. */
const isNeeded = (name: string, {amis}: Database, jobs: readonly JobSummary[]) =>
	amis.some(({cloud}) => cloud === name) || jobs.some(({cloud, end}) => cloud === name && end === undefined);

/** With other keys an address may tell of the same things. */
function onceEach(answers: ReadonlyArray<{readonly place: Place} & Orphans>): readonly Orphan[] {
	const all = answers.flatMap(({place: {cloud}, found}) =>
		found.map(orphan => ({orphan, key: [cloud.region, cloud.ec2Url || cloud.name, orphan.kind, orphan.id].join(' ')})),
	);
	return [...Map.groupBy(all, ({key}) => key).values()].flatMap(([first]) => first?.orphan ?? []);
}

async function usableCloud(
	{cloud: {name}, former}: Place,
	openCloud: ActionContext['cloud'],
): Promise<Cloud | undefined> {
	try {
		return await openCloud(name, former && {clouds: [former]});
	} catch (error) {
		// Nothing of ours can run where nothing of ours can be started.
		if (error instanceof NoCredentialError) {
			return undefined;
		}

		throw error;
	}
}

/** What one cloud has; whatever goes wrong there hides nothing of the other clouds, nor what it has said before. */
async function askedOf(place: Place, {openCloud, more}: Access, installation: string): Promise<Orphans> {
	const {
		cloud: {name},
		former,
		text,
	} = place;
	const where = {cloud: name, ...(text !== undefined && {place: text})};
	const unasked: {cloud: string; place?: string; why: string}[] = [];
	const ask = async <T>(question: () => Promise<readonly T[]>): Promise<readonly T[]> => {
		try {
			return await (former ? soonAnswered(question) : question());
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			// Asked for many kinds of things, a cloud says the same of each.
			if (unasked.every(one => one.why !== why)) unasked.push({...where, why});
			return [];
		}
	};
	const [cloud] = await ask(async () => [await usableCloud(place, openCloud)]);
	if (!cloud) {
		return {found: [], unasked};
	}

	const instances = await ask(async () => orphanedInstances(cloud, installation));
	if (former && unasked.length > 0) {
		// It may be gone for good; nobody wants to wait for each kind of things that it does not tell of.
		return {found: instances, unasked};
	}

	const things = await Promise.all(
		[...(cloud.ownedKinds ?? []), ...more(name, former)].map(async kind => ask(async () => kind.find(installation))),
	);
	const found = [...instances, ...things.flat().map(thing => orphanedThing(name, thing))];
	return {found: found.map(orphan => ({...orphan, ...where})), unasked};
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

/** `sci`, `sci at http://old.example.org:8773/` */
const nameOf = ({cloud, place}: Orphan) => (place === undefined ? cloud : `${cloud} at ${place}`);

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
