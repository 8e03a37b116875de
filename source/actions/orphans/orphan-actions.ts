import type {OwnedKind} from '../../engine/cloud/cloud.js';
import type {CloudEntry, Database} from '../../store/database.js';
import {UnusableHomeError} from '../../store/unusable-home-error.js';
import type {ActionContext} from '../action-context.js';
import type {D2cm, JobSummary, Orphan} from '../d2cm.js';
import {holdJobs, livingOf} from '../hold-jobs.js';
import {isSamePlace} from '../places.js';
import {askPlace, type PlaceAnswer, placesOf} from './ask-place.js';
import {knownToRun} from './known-to-run.js';
import {isOwned, mustBeNone, removeAll, takenUp} from './remove-orphans.js';

type OrphanActions = Pick<D2cm, 'orphans' | 'reap' | 'forgetPlaces'>;

/** What costs money, or stays for ever, and nobody looks after. */
export function orphanActions(
	{store, cloud: openCloud}: Pick<ActionContext, 'store' | 'cloud'>,
	jobs: () => Promise<readonly JobSummary[]>,
	/** What a cloud has that its adapter does not know. */
	more: (cloud: string, at?: CloudEntry) => readonly OwnedKind[] = () => [],
): OrphanActions {
	return {
		async orphans(onAnswer) {
			await store.refresh();
			const {installation} = store.data();
			// The clouds first: a job that begins meanwhile is then among the living.
			const answers = await Promise.all(
				placesOf(store.data()).map(async place => {
					const answer = await askPlace(place, {openCloud, more}, installation);
					if (answer.silence === undefined || answer.unasked.length > 0) {
						onAnswer?.(answer);
					}

					return answer;
				}),
			);
			const now = await jobs();
			const owned = livingOf(now);
			const empty = answers.flatMap(({place: {former}, found, unasked}) =>
				former && found.length + unasked.length === 0 ? former : [],
			);
			await forget(
				store,
				empty.filter(({name}) => !isNeeded(name, store.data(), now)),
			).catch(unlessUnusable);
			const found = onceEach(answers).filter(orphan => !isOwned(orphan, owned));
			const isHeard = (name: string) => {
				const ofCloud = answers.filter(({place: {cloud}}) => cloud.name === name);
				return ofCloud.length > 0 && ofCloud.every(({silence}) => silence === undefined);
			};
			const mayRun = (await knownToRun(now.filter(({cloud}) => !isHeard(cloud)))).filter(
				one => !found.some(({id}) => id === one.id),
			);
			const unasked = answers.flatMap(one => one.unasked);
			return {found, unasked: [...unasked, ...alsoUnasked(answers, [...unasked, ...found], mayRun)], mayRun};
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
				const refusals = await removeAll(mine, {openCloud, more, database: store.data()});
				mustBeNone([...refusals, ...takenUp(orphans, held.living)]);
			} finally {
				await held.release();
			}
		},
	};
}

async function forget(store: ActionContext['store'], gone: readonly CloudEntry[]): Promise<void> {
	if (gone.length > 0) {
		await store.update(draft => {
			draft.places = draft.places.filter(place => !gone.some(one => isSamePlace(one, place)));
		});
	}
}

/** Where nothing can be written, that place is asked again the next time. */
function unlessUnusable(error: unknown): void {
	if (!(error instanceof UnusableHomeError)) {
		throw error;
	}
}

/** Something may yet come to light there. */
const isNeeded = (name: string, {amis}: Database, jobs: readonly JobSummary[]) =>
	amis.some(({cloud}) => cloud === name) || jobs.some(({cloud, end}) => cloud === name && end === undefined);

/** With other keys an address may tell of the same things. */
function onceEach(answers: readonly PlaceAnswer[]): readonly Orphan[] {
	const all = answers.flatMap(({place: {cloud}, found}) =>
		found.map(orphan => ({orphan, key: [cloud.region, cloud.ec2Url || cloud.name, orphan.kind, orphan.id].join(' ')})),
	);
	return [...Map.groupBy(all, ({key}) => key).values()].flatMap(([first]) => first?.orphan ?? []);
}

/** A cloud without keys, or one that is there no more, is worth a word only where something may run on it. */
function alsoUnasked(
	answers: readonly PlaceAnswer[],
	told: ReadonlyArray<{readonly cloud: string}>,
	mayRun: ReadonlyArray<{readonly cloud: string}>,
): ReadonlyArray<{readonly cloud: string; readonly why: string}> {
	const names = new Set(mayRun.map(({cloud}) => cloud).filter(name => !told.some(({cloud}) => cloud === name)));
	return [...names].map(cloud => ({
		cloud,
		why:
			answers.find(({place, silence}) => place.cloud.name === cloud && silence !== undefined)?.silence ??
			`There is no cloud ${cloud} any more. Add it again with \`d2cm cloud add\`, under the same name.`,
	}));
}
