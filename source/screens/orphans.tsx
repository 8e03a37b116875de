import type {D2cm, JobSummary, Orphan, Orphans} from '../actions/d2cm.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {formatDuration} from '../engine/host/format-duration.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useJobs} from './hooks/use-jobs.js';
import {useRoute} from './hooks/use-route.js';
import {formatPrice, plural} from './parts/format.js';
import {ListScreen, type Removal} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

/** Something without an owner, a cloud of which it is not known what it has, or what may run there by our own journals. */
type Row =
	| {readonly kind: 'orphan'; readonly orphan: Orphan; readonly cloud: string; readonly place?: string}
	| ({readonly kind: 'unasked'} & Unasked)
	| ({readonly kind: 'may run'; readonly place?: undefined} & Orphans['mayRun'][number]);

type Unasked = Orphans['unasked'][number];

const columns: readonly Column<Row>[] = [
	{title: 'What', width: 14, text: whatOf, color: row => (row.kind === 'orphan' ? undefined : 'yellow')},
	{title: 'ID', width: 20, cut: 'start', text: row => (row.kind === 'orphan' ? row.orphan.id : idOf(row))},
	{title: 'Cloud', width: 9, text: ({cloud}) => cloud},
	{title: 'Deployment', cut: 'start', text: launchKeyOf},
	{title: 'Age', width: 11, align: 'right', text: ageOf},
	{title: 'Cost', width: 8, align: 'right', text: costOf},
];

/** What this installation has on any cloud and no living job looks after, to be removed. */
export function OrphansScreen() {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {clouds} = useDatabase();
	const jobs = useJobs().value ?? [];
	const asked = useAsked('orphans', async () => d2cm.orphans());
	const {found = [], unasked = [], mayRun = []} = asked.value ?? {};
	const askable = clouds.filter(one => one.credential !== '' || !traitsOf(one.kind).credential).map(({name}) => name);
	const rows: readonly Row[] = [
		...unasked.map(one => ({kind: 'unasked' as const, ...one})),
		...mayRun.map(one => ({kind: 'may run' as const, ...one})),
		...found.map(orphan => ({
			kind: 'orphan' as const,
			orphan,
			cloud: orphan.cloud,
			...(orphan.place !== undefined && {place: orphan.place}),
		})),
	];
	return (
		<ListScreen
			heading="Orphans: what no living job owns"
			name="orphans"
			rows={rows}
			keyOf={keyOf}
			columns={columns}
			asked={asked}
			empty={{
				text: 'Nothing is without a living job.',
				hint: `Asked: ${askable.join(', ')}. Only what this data folder has made is looked at. A cloud without credentials cannot be asked.`,
			}}
			removal={row => removalOf(row, {found, jobs, d2cm, again: asked.again})}
			keys={() => [{key: 'r', label: 'Ask again', run: () => void asked.again()}]}
			footer={row => footerOf(row, jobs)}
			back={back}
		/>
	);
}

type Context = {
	readonly found: readonly Orphan[];
	readonly jobs: readonly JobSummary[];
	readonly d2cm: D2cm;
	readonly again: () => Promise<void>;
};

/** What is left of one deployment goes together: its security group cannot go before its instances. */
function removalOf(row: Row, {found, jobs, d2cm, again}: Context): Removal {
	if (row.kind === 'unasked') {
		return noAnswer(row, {d2cm, again});
	}

	if (row.kind === 'may run') {
		return cannot(`${row.cloud} must be asked first. Or take ${row.launchKey} up again: resume it, or cancel it.`);
	}

	const {launchKey, id} = row.orphan;
	const cloud = whereOf(row.orphan);
	const mine =
		launchKey === ''
			? [row.orphan]
			: found.filter(orphan => whereOf(orphan) === cloud && orphan.launchKey === launchKey);
	const remove = async (orphans: readonly Orphan[]) => {
		try {
			await d2cm.reap(orphans);
		} finally {
			void again();
		}
	};
	// What was kept on purpose goes only when it is chosen itself.
	const all = found.filter(orphan => mine.includes(orphan) || !orphan.thing?.isKept);
	const unended = jobs.find(({title, end}) => title === launchKey && end === undefined);
	return {
		question: `Remove what is left of ${launchKey || id} on ${cloud}?`,
		details: [
			...mine.map(({kind, id: its}) => `${kind} ${its}`),
			...(unended ? [`${launchKey} has not ended: resume it instead, to keep its data.`] : []),
		],
		label: mine.length === 1 ? 'Yes' : `Yes, all ${mine.length}`,
		remove: async () => remove(mine),
		done: `Nothing is left of ${launchKey || id} on ${cloud}.`,
		...(all.length > mine.length && {
			other: {
				key: 'a',
				label: all.length === found.length ? `All ${all.length} of the list` : `All ${all.length} that nobody kept`,
				remove: async () => remove(all),
				done: `${plural(all.length, 'orphan')} removed.`,
			},
		}),
	};
}

/** A place that a cloud has left may be gone for good: then it is enough to ask no more. */
function noAnswer(row: Unasked, {d2cm, again}: Pick<Context, 'd2cm' | 'again'>): Removal {
	const {cloud, place, why} = row;
	if (place === undefined) {
		return cannot(`What ${cloud} has is not known: ${why}`);
	}

	return {
		question: `Ask no more at ${place}, where ${cloud} was once?`,
		details: ['What is left there may go on costing money, and nobody looks for it any more.'],
		async remove() {
			await d2cm.forgetPlaces(cloud, place);
			void again();
		},
		done: `${cloud} is no more asked at ${place}.`,
	};
}

const cannot = (disabledReason: string): Removal => ({
	question: '',
	details: [],
	remove: async () => undefined,
	done: '',
	disabledReason,
});

function keyOf(row: Row): string {
	switch (row.kind) {
		case 'orphan':
			return `${whereOf(row)} ${row.orphan.kind} ${row.orphan.id}`;
		case 'unasked':
			return `${whereOf(row)} ${row.why}`;
		case 'may run':
			return `${row.cloud} ${row.job} ${row.id} ${row.what}`;
	}
}

function whatOf(row: Row): string {
	switch (row.kind) {
		case 'orphan':
			return row.orphan.kind;
		case 'unasked':
			return 'not known';
		case 'may run':
			return 'may still run';
	}
}

const idOf = (row: Exclude<Row, {kind: 'orphan'}>): string => (row.kind === 'may run' ? (row.id ?? '') : '');

function launchKeyOf(row: Row): string {
	switch (row.kind) {
		case 'orphan':
			return row.orphan.launchKey;
		case 'unasked':
			return '';
		case 'may run':
			return row.launchKey;
	}
}

function ageOf(row: Row): string {
	const hours = row.kind === 'orphan' ? row.orphan.hours : undefined;
	const since = row.kind === 'may run' ? row.since : undefined;
	const ms = since === undefined ? hours && hours * 3_600_000 : Date.now() - Date.parse(since);
	return ms === undefined ? '' : formatDuration(ms);
}

/** `sci`, `sci at http://old.example.org:8773/` */
const whereOf = ({cloud, place}: {readonly cloud: string; readonly place?: string}) =>
	place === undefined ? cloud : `${cloud} at ${place}`;

/** For instances only something is charged by the hour; what is not known is never $0. */
function costOf(row: Row): string {
	if (row.kind !== 'orphan') {
		return row.kind === 'may run' ? formatPrice(undefined) : '';
	}

	const {kind, costUsd} = row.orphan;
	return kind !== 'instance' && costUsd === undefined ? '' : formatPrice(costUsd);
}

function footerOf(row: Row, jobs: readonly JobSummary[]): string {
	switch (row.kind) {
		case 'orphan':
			return wherever(row, detailOf(row.orphan, jobs));
		case 'unasked':
			return wherever(row, row.why);
		case 'may run':
			return `By the journal of ${row.launchKey}: ${row.what}.`;
	}
}

const wherever = ({place}: {readonly place?: string}, words: string) =>
	place === undefined ? words : `At ${place}, where it was once: ${words}`;

function detailOf({instance, launchKey, kind, detail}: Orphan, jobs: readonly JobSummary[]): string {
	const job = jobs.find(({title}) => title === launchKey);
	const owner = !launchKey
		? ''
		: job === undefined
			? `Of ${launchKey}, of which there is no record.`
			: job.end === undefined
				? `Of ${launchKey}, which was interrupted: resume it to keep its data.`
				: `Of ${launchKey}, which ended as ${job.end.state}.`;
	const state =
		instance === undefined
			? `A ${kind}${detail === undefined ? '' : `: ${detail}`}.`
			: `${instance.instanceType}, ${detail ?? instance.state}.`;
	return `${state} ${owner}`.trim();
}
