import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {CloudEntry} from '../store/database.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useJobs} from './hooks/use-jobs.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<CloudEntry>[] = [
	{title: 'Name', width: 16, text: ({name}) => name},
	{title: 'Kind', width: 20, text: ({kind}) => traitsOf(kind).label},
	{title: 'Region', width: 14, text: ({region}) => region},
	{
		title: 'Credentials',
		width: 12,
		text: ({kind, credential}) => (traitsOf(kind).credential ? credential : 'none needed'),
	},
	{title: 'EC2 address', text: ({ec2Url}) => ec2Url},
];

/** Where images can be migrated to and experiments run. */
export function CloudsScreen() {
	const d2cm = useD2cm();
	const {clouds, amis} = useDatabase();
	const jobs = useJobs().value ?? [];
	const {open} = useRoute();
	const none = 'There is no cloud yet.';
	return (
		<ListScreen
			heading="Clouds"
			name="clouds"
			rows={clouds}
			keyOf={({name}) => name}
			columns={columns}
			empty={{text: none, hint: 'Press n to add one: `local` is this machine, always there and free.'}}
			removal={({name}) => {
				const known = amis.filter(ami => ami.cloud === name).length;
				const isBusy = jobs.some(job => job.cloud === name && job.end === undefined);
				return {
					question: `Forget the cloud ${name}?`,
					details: [
						'What is in the cloud stays there.',
						...(known === 0
							? []
							: [`D2CM knows ${known} of its AMIs; they cannot be used while the cloud is not known.`]),
					],
					remove: () => d2cm.removeCloud(name),
					done: `The cloud ${name} is no longer known.`,
					disabledReason: isBusy ? `A job on ${name} has not ended.` : undefined,
				};
			}}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'cloud-form'})},
				{
					key: ['e', 'enter'],
					label: 'Edit',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'cloud-form', name: selected.name}),
				},
			]}
		/>
	);
}
