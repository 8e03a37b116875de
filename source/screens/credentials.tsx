import type {Credential} from '../store/database.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useRoute} from './hooks/use-route.js';
import {ListScreen} from './parts/list-screen.js';
import type {Column} from './parts/table.js';

const columns: readonly Column<Credential>[] = [
	{title: 'Name', width: 16, text: ({name}) => name},
	{title: 'Account', width: 13, text: ({userId}) => userId},
	{title: 'Access key', width: 21, text: ({accessKey}) => accessKey},
	{title: 'Secret', width: 6, text: ({secretKey}) => (secretKey === '' ? 'none' : 'kept')},
	{title: 'Certificate', text: ({certificate}) => certificate},
];

/** The keys the user has for clouds. Secrets are kept and never shown. */
export function CredentialsScreen() {
	const d2cm = useD2cm();
	const {credentials, clouds} = useDatabase();
	const {open} = useRoute();
	const none = 'There are no credentials yet.';
	return (
		<ListScreen
			heading="Credentials"
			name="credentials"
			rows={credentials}
			keyOf={({name}) => name}
			columns={columns}
			empty={{text: none, hint: 'The local cloud needs none. Press n to add those of Amazon or of a Eucalyptus cloud.'}}
			removal={({name}) => {
				const users = clouds.filter(({credential}) => credential === name).map(cloud => cloud.name);
				return {
					question: `Forget the credentials ${name}?`,
					details: ['The secret key is deleted from this machine and cannot be had back from here.'],
					remove: () => d2cm.removeCredential(name),
					done: `The credentials ${name} are deleted.`,
					disabledReason: users.length === 0 ? undefined : `The cloud ${users.join(', ')} uses ${name}.`,
				};
			}}
			keys={selected => [
				{key: 'n', label: 'New', run: () => open({screen: 'credential-form'})},
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
