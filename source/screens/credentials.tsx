import {formerPlaces, placeText} from '../actions/places.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {Credential} from '../store/database.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<Credential>[] = [
	{title: 'Name', width: 16, text: ({name}) => name},
	{title: 'Keys', width: 22, text: ({profile, accessKey}) => (profile === '' ? accessKey : `profile ${profile}`)},
	{title: 'Account', width: 13, text: ({userId}) => userId},
	{title: 'Secret', width: 6, text: ({secretKey}) => (secretKey === '' ? 'none' : 'kept')},
	{title: 'Certificate', text: ({certificate}) => certificate},
];

/** The keys the user has for clouds. Secrets are kept and never shown. */
export function CredentialsScreen() {
	const d2cm = useD2cm();
	const database = useDatabase();
	const {credentials, clouds} = database;
	const {open} = useRoute();
	const none = 'There are no credentials yet.';
	const remote = clouds.filter(({kind}) => traitsOf(kind).credential);
	return (
		<ListScreen
			heading="Credentials"
			name="credentials"
			rows={credentials}
			keyOf={({name}) => name}
			columns={columns}
			empty={{
				text: none,
				hint: 'The local cloud needs none. Press i to import keys of a file or a profile, n to type some.',
			}}
			removal={({name}) => {
				const users = clouds.filter(({credential}) => credential === name).map(cloud => cloud.name);
				const [former] = formerPlaces(database).filter(({credential}) => credential === name);
				return {
					question: `Forget the credentials ${name}?`,
					details: ['The secret key is deleted from this machine and cannot be had back from here.'],
					remove: () => d2cm.removeCredential(name),
					done: `The credentials ${name} are deleted.`,
					disabledReason:
						users.length > 0
							? `The cloud ${users.join(', ')} uses ${name}.`
							: former &&
								`What ${former.name} may still have at ${placeText(former, database)} is looked for with ${name}.`,
				};
			}}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'credential-form'})},
				{key: 'i', label: 'Import', run: () => open({screen: 'credential-import'})},
				{
					key: 't',
					label: 'Test',
					disabledReason:
						selected === undefined
							? none
							: remote.length === 0
								? 'There is no cloud to ask. Add one under Clouds.'
								: undefined,
					run: () => {
						const cloud = remote.find(({credential}) => credential === selected?.name) ?? remote[0];
						if (selected && cloud) open({screen: 'credential-test', name: selected.name, cloud: cloud.name});
					},
				},
				{
					key: ['e', 'enter'],
					label: 'Edit',
					disabledReason: selected === undefined ? none : undefined,
					run: () => selected && open({screen: 'credential-form', name: selected.name}),
				},
			]}
		/>
	);
}
