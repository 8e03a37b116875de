import {setTimeout as sleep} from 'node:timers/promises';
import type {Cloud, OwnedKind} from '../../engine/cloud/cloud.js';
import {AppError} from '../../engine/errors/app-error.js';
import type {Database} from '../../store/database.js';
import type {Orphan} from '../d2cm.js';
import {JobActiveError} from '../errors/job-active-error.js';
import {NotReapedError} from '../errors/not-reaped-error.js';
import {NotTerminatedError} from '../errors/not-terminated-error.js';
import {UnknownNameError} from '../errors/unknown-name-error.js';
import {type Access, placesOf} from './ask-place.js';

const mostWaitMs = 5 * 60_000;

/** Removes all there is, cloud by cloud; what one refuses keeps nothing of the others. */
export async function removeAll(
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
export function takenUp(orphans: readonly Orphan[], living: ReadonlySet<string>): readonly Refusal[] {
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

export const isOwned = ({launchKey, thing}: Orphan, owners: ReadonlySet<string>) =>
	owners.has(launchKey) || owners.has(thing?.migration ?? '');

/** `sci`, `sci at http://old.example.org:8773/` */
const nameOf = ({cloud, place}: Orphan) => (place === undefined ? cloud : `${cloud} at ${place}`);

type Refusal = {readonly cloud: string; readonly error: unknown};

/** @throws {NotReapedError} */
export function mustBeNone(refusals: readonly Refusal[]): void {
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
			await (thing && remove?.(thing, installation));
		}
	}
}
