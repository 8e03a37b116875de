import {findUses} from '../actions/find-uses.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {CloudEntry} from '../store/database.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useJobs} from './hooks/use-jobs.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';
import {usesText} from './parts/uses-note.js';

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

const whyNotTest = ({name, kind, credential}: CloudEntry): string | undefined =>
	!traitsOf(kind).credential
		? `The cloud ${name} is this machine; \`d2cm doctor\` says what it can do.`
		: credential === ''
			? `${name} has no credentials yet. Press e to choose some.`
			: undefined;

/** Where images can be migrated to and experiments run. */
export function CloudsScreen() {
	const d2cm = useD2cm();
	const database = useDatabase();
	const {clouds} = database;
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
			removal={({name, kind}) => {
				const uses = findUses({cloud: name}, database, jobs);
				return {
					question: `Forget the cloud ${name}?`,
					details: ['What is in the cloud stays there.'],
					remove: () => d2cm.removeCloud(name),
					done: `The cloud ${name} is no longer known.`,
					disabledReason:
						traitsOf(kind).builtIn === name
							? `The cloud ${name} is this machine and always there.`
							: uses.length === 0
								? undefined
								: `${name} is used by ${usesText(uses)}.`,
				};
			}}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'cloud-form'})},
				{
					key: ['e', 'enter'],
					label: 'Edit',
					disabledReason:
						selected === undefined
							? none
							: traitsOf(selected.kind).builtIn === selected.name
								? `The cloud ${selected.name} is this machine; there is nothing to set.`
								: undefined,
					run: () => selected && open({screen: 'cloud-form', name: selected.name}),
				},
				{
					key: 't',
					label: 'Test',
					disabledReason: selected === undefined ? none : whyNotTest(selected),
					run: () => selected && open({screen: 'credential-test', name: selected.credential, cloud: selected.name}),
				},
				{
					key: 'p',
					label: 'Prices',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'prices', cloud: selected.name}),
				},
			]}
		/>
	);
}
