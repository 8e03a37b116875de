import type {D2cm, JobSummary} from '../actions/d2cm.js';
import {formatBytes} from '../engine/host/format-bytes.js';
import type {AmiEntry} from '../store/database.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useJobs} from './hooks/use-jobs.js';
import {useRoute} from './hooks/use-route.js';
import {formatTime} from './parts/format.js';
import {jobColor, jobState} from './parts/job-state.js';
import {ListScreen, type Removal} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

type Row =
	| {readonly ami: AmiEntry; readonly job: JobSummary | undefined}
	| {readonly ami: undefined; readonly job: JobSummary};

const statusColor = {available: 'green', pending: 'yellow', failed: 'red'} as const;

const columns: readonly Column<Row>[] = [
	{title: 'AMI', width: 21, text: ({ami, job}) => ami?.id ?? job?.id ?? ''},
	{title: 'Image', text: ({ami, job}) => ami?.image || job?.title || '(by hand)'},
	{title: 'Cloud', width: 10, text: ({ami, job}) => ami?.cloud ?? job?.cloud ?? ''},
	{
		title: 'State',
		width: 12,
		text: ({ami, job}) => (ami === undefined && job !== undefined ? jobState(job) : (ami?.status ?? 'available')),
		color: ({ami, job}) =>
			ami === undefined && job !== undefined ? jobColor(job) : statusColor[ami?.status ?? 'available'],
	},
	{title: 'Size', width: 8, align: 'right', text: ({ami}) => (ami === undefined ? '' : formatBytes(ami.virtualBytes))},
	{title: 'Created', width: 16, text: ({ami, job}) => formatTime(ami?.createdAt ?? job?.createdAt ?? '')},
];

/** What images have become in clouds, and the migrations that have not made one yet. */
export function AmisScreen() {
	const d2cm = useD2cm();
	const {amis, images} = useDatabase();
	const {open} = useRoute();
	const migrations = (useJobs().value ?? []).filter(({kind}) => kind === 'migration');
	const made = new Set(amis.map(({migration}) => migration));
	const rows: readonly Row[] = [
		...migrations
			.filter(job => !made.has(job.id) && job.end?.state !== 'COMPLETED')
			.map(job => ({ami: undefined, job})),
		...amis.map(ami => ({ami, job: migrations.find(({id}) => id === ami.migration)})),
	];
	const none = 'There is no AMI yet.';
	const noImage = images.length === 0 ? 'There is no image to migrate. Add one under Images first.' : undefined;
	const removal = ({ami, job}: Row): Removal =>
		ami === undefined
			? {
					question: '',
					details: [],
					remove: async () => undefined,
					done: '',
					disabledReason: job.end
						? `This migration is over, and made no AMI. It is forgotten by: d2cm delete ${job.id}`
						: 'A migration is no AMI. Open it to cancel it.',
				}
			: removalOf(ami, d2cm);
	return (
		<ListScreen
			heading="AMIs"
			name="amis"
			rows={rows}
			keyOf={({ami, job}) => (ami === undefined ? (job?.id ?? '') : `${ami.cloud} ${ami.id}`)}
			columns={columns}
			empty={{text: none, hint: noImage ?? 'Press n to migrate an image to a cloud.'}}
			removal={removal}
			footer={originOf}
			keys={selected => [
				{key: 'n', label: 'Migrate', disabledReason: noImage, run: () => open({screen: 'migration-form'})},
				{
					key: 'enter',
					label: 'Open',
					disabledReason:
						selected === undefined
							? none
							: selected.job === undefined
								? 'No migration is known for this AMI.'
								: undefined,
					run: () => selected?.job && open({screen: 'migration', id: selected.job.id}),
				},
				{key: 'a', label: 'Add by ID', run: () => open({screen: 'ami-form'})},
				{
					key: 'i',
					label: 'Change image',
					disabledReason:
						selected === undefined
							? none
							: selected.ami === undefined
								? selected.job.end
									? 'This migration has made no AMI.'
									: 'A migration is no AMI yet.'
								: images.length === 0
									? 'There is no image.'
									: undefined,
					run: () => selected?.ami && open({screen: 'ami-form', cloud: selected.ami.cloud, id: selected.ami.id}),
				},
			]}
		/>
	);
}

/** What it was made of and by, and where its log is. */
function originOf({ami, job}: Row): string {
	if (ami === undefined) {
		return `A migration of ${job.title}. Enter shows its log.`;
	}

	const data = ami.snapshot || ami.location;
	const made = `${ami.id} in ${ami.cloud}${data ? ` is made of ${data}` : ''}${ami.way ? `, by ${ami.way}` : ''}.`;
	return `${made} ${job ? `Enter shows the log of ${job.id}.` : 'No migration of it is known here.'}`;
}

function removalOf({cloud, id, snapshot, location}: AmiEntry, d2cm: D2cm): Removal {
	const question = `Deregister ${id} in ${cloud}?`;
	const data = snapshot || location;
	const stays = 'The image it was made from stays.';
	if (!data) {
		return {
			question,
			details: [`It is taken out of the cloud too. ${stays}`],
			remove: () => d2cm.removeAmi(cloud, id),
			done: `${id} is deregistered.`,
		};
	}

	return {
		question,
		details: [`It is made of ${data}, which goes on costing money when it is kept.`, stays],
		label: 'Yes, with its data',
		remove: () => d2cm.removeAmi(cloud, id, {data: 'delete'}),
		done: `${id} is deregistered, and its data are deleted.`,
		other: {
			key: 'k',
			label: 'Yes, keep its data',
			remove: () => d2cm.removeAmi(cloud, id, {data: 'keep'}),
			done: `${id} is deregistered. Kept: ${data}`,
		},
	};
}
