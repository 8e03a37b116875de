import type {AwsProfile} from '../engine/credentials/aws-profiles.js';
import {type Credential, credentialSchema, nameSchema} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {emptyOr, existingFile, firstProblem, freeName, schemaCheck} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type Field, type FormStep, type FormValues, textOf} from './parts/form-field.js';
import {savedText} from './parts/saved-text.js';
import {usesNote} from './parts/uses-note.js';

/** Adds credentials, or changes some. A secret that is kept already is not shown, and stays when nothing is typed. */
export function CredentialFormScreen({name}: {readonly name?: string | undefined}) {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const {credentials} = d2cm.database();
	const known = credentials.find(one => one.name === name);
	const form = useForm(() => ({
		...known,
		secretKey: '',
		keysFrom: known !== undefined && known.profile !== '' ? 'profile' : 'own',
	}));
	const profiles = useAsked('profiles', async () => d2cm.awsProfiles()).value ?? [];
	const uses = useAsked(`uses ${name}`, async () => (name === undefined ? [] : d2cm.usesOf({credential: name}))).value;
	const takenNames = credentials.map(one => one.name);
	const steps = (values: FormValues): readonly FormStep[] => [
		{
			key: 'credential',
			title: 'Details',
			fields: [
				{
					kind: 'text',
					key: 'name',
					label: 'Name',
					check: firstProblem(schemaCheck(nameSchema), freeName(takenNames, name)),
					hint: 'As you like to call it here.',
				},
				{
					kind: 'choice',
					key: 'keysFrom',
					label: 'Keys',
					options: [
						{value: 'own', label: 'Kept here'},
						{value: 'profile', label: 'A profile of the AWS configuration', detail: 'no secret is kept'},
					],
				},
				...(textOf(values, 'keysFrom') === 'profile' ? [profileField(profiles, known)] : keyFields(known)),
				...pairFields,
				{
					kind: 'text',
					key: 'userId',
					label: 'Account (user ID)',
					check: schemaCheck(credentialSchema.shape.userId),
					hint: '12 digits; only bundles for Eucalyptus and old EC2 need it.',
				},
				...usesNote(uses),
			],
		},
	];
	const save = (values: FormValues) => {
		const entry = entryOf(values, known);
		return act(
			`Saving ${entry.name}`,
			async () => {
				await d2cm.saveCredential(entry, name === undefined ? {} : {replaces: name});
				return d2cm.checkCredential(entry);
			},
			problems => {
				choose('credentials', entry.name);
				back();
				say(
					savedText(`The credentials ${entry.name} are saved.`, problems),
					problems.length === 0 ? 'info' : 'warning',
				);
			},
		);
	};

	const heading = name === undefined ? 'New credentials' : `Credentials ${name}`;
	return (
		<Form
			heading={heading}
			form={form}
			steps={steps}
			submitLabel="Save"
			onSubmit={save}
			onCancel={back}
			canFinishEarly
		/>
	);
}

function keyFields(known: Credential | undefined): readonly Field[] {
	return [
		{kind: 'text', key: 'accessKey', label: 'Access key'},
		{
			kind: 'secret',
			key: 'secretKey',
			label: 'Secret key',
			placeholder: known === undefined || known.secretKey === '' ? '' : '(kept; type to replace it)',
			hint: 'Kept in a file only you can read, never shown.',
		},
	];
}

const profileField = (profiles: readonly AwsProfile[], known: Credential | undefined): Field => ({
	kind: 'choice',
	key: 'profile',
	label: 'Profile',
	options: profiles.map(({name: value, source, region}) => ({
		value,
		label: value,
		detail: [source, region].filter(text => text !== '').join(', '),
		disabledReason: source === 'none' ? 'it holds no keys' : undefined,
	})),
	initial: known?.profile || profiles.find(({source}) => source !== 'none')?.name,
	hint: profiles.length === 0 ? 'There are none yet. Make one with aws configure.' : 'Its keys are read when needed.',
});

const pairFields: readonly Field[] = [
	{
		kind: 'path',
		key: 'certificate',
		label: 'Certificate (PEM)',
		check: emptyOr(existingFile),
		hint: 'For signed bundles. May be left empty.',
	},
	{
		kind: 'path',
		key: 'privateKey',
		label: 'Private key (PEM)',
		check: emptyOr(existingFile),
		hint: 'For signed bundles. May be left empty.',
	},
];

function entryOf(values: FormValues, known: Credential | undefined): Credential {
	const path = (key: string) => (textOf(values, key).trim() === '' ? '' : absolutePath(textOf(values, key)));
	const text = (key: string) => textOf(values, key).trim();
	const keys =
		text('keysFrom') === 'profile'
			? {profile: text('profile'), accessKey: '', secretKey: ''}
			: {profile: '', accessKey: text('accessKey'), secretKey: text('secretKey') || (known?.secretKey ?? '')};
	return {
		name: text('name'),
		userId: text('userId'),
		certificate: path('certificate'),
		privateKey: path('privateKey'),
		...keys,
	};
}
