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

/** Something without an owner, or a cloud of which it is not known what it has. */
type Row = {readonly orphan: Orphan} | ({readonly orphan?: undefined} & Orphans['unasked'][number]);

const columns: readonly Column<Row>[] = [
	{title: 'What', width: 14, text: ({orphan}) => orphan?.kind ?? 'not known', color: rowColor},
	{title: 'ID', width: 20, cut: 'start', text: row => row.orphan?.id ?? ''},
	{title: 'Cloud', width: 9, text: row => (row.orphan ?? row).cloud},
	{title: 'Deployment', cut: 'start', text: ({orphan}) => orphan?.launchKey ?? ''},
	{
		title: 'Age',
		width: 11,
		align: 'right',
		text: ({orphan}) => (orphan?.hours === undefined ? '' : formatDuration(orphan.hours * 3_600_000)),
	},
	{title: 'Cost', width: 8, align: 'right', text: ({orphan}) => (orphan === undefined ? '' : costOf(orphan))},
];

/** What this installation has on any cloud and no living job looks after, to be removed. */
export function OrphansScreen() {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {clouds} = useDatabase();
	const jobs = useJobs().value ?? [];
	const asked = useAsked('orphans', async () => d2cm.orphans());
	const {found = [], unasked = []} = asked.value ?? {};
	const askable = clouds.filter(one => one.credential !== '' || !traitsOf(one.kind).credential).map(({name}) => name);
	const rows: readonly Row[] = [...unasked, ...found.map(orphan => ({orphan}))];
	return (
		<ListScreen
			heading="Orphans: what no living job owns"
			name="orphans"
			rows={rows}
			keyOf={row =>
				row.orphan ? `${whereOf(row.orphan)} ${row.orphan.kind} ${row.orphan.id}` : `${whereOf(row)} ${row.why}`
			}
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
	if (row.orphan === undefined) {
		return noAnswer(row, {d2cm, again});
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
function noAnswer(row: Orphans['unasked'][number], {d2cm, again}: Pick<Context, 'd2cm' | 'again'>): Removal {
	const {cloud, place, why} = row;
	if (place === undefined) {
		const disabledReason = `What ${cloud} has is not known: ${why}`;
		return {question: '', details: [], remove: async () => undefined, done: '', disabledReason};
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

/** `sci`, `sci at http://old.example.org:8773/` */
const whereOf = ({cloud, place}: {readonly cloud: string; readonly place?: string}) =>
	place === undefined ? cloud : `${cloud} at ${place}`;

/** For instances only something is charged by the hour; what is not known is never $0. */
function costOf({kind, costUsd}: Orphan): string {
	return kind !== 'instance' && costUsd === undefined ? '' : formatPrice(costUsd);
}

function footerOf(row: Row, jobs: readonly JobSummary[]): string {
	const {place} = row.orphan ?? row;
	const words = row.orphan ? detailOf(row.orphan, jobs) : row.why;
	return place === undefined ? words : `At ${place}, where it was once: ${words}`;
}

function rowColor({orphan}: Row): string | undefined {
	return orphan === undefined ? 'yellow' : undefined;
}

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
