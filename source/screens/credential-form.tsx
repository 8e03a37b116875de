import {credentialSchema, nameSchema} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {emptyOr, existingFile, firstProblem, freeName, schemaCheck} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';

/** Adds credentials, or changes some. A secret that is kept already is not shown, and stays when nothing is typed. */
export function CredentialFormScreen({name}: {readonly name?: string | undefined}) {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const {credentials, clouds} = d2cm.database();
	const known = credentials.find(one => one.name === name);
	const form = useForm(() => ({...known, secretKey: ''}));
	const takenNames = credentials.map(one => one.name);
	const steps: readonly FormStep[] = [
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
					kind: 'text',
					key: 'userId',
					label: 'Account (user ID)',
					check: schemaCheck(credentialSchema.shape.userId),
					hint: '12 digits; only bundles for Eucalyptus and old EC2 need it.',
				},
				{kind: 'text', key: 'accessKey', label: 'Access key'},
				{
					kind: 'secret',
					key: 'secretKey',
					label: 'Secret key',
					placeholder: known === undefined || known.secretKey === '' ? '' : '(kept; type to replace it)',
					hint: 'Kept in a file only you can read, never shown.',
				},
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
			],
		},
	];
	const save = (values: FormValues) => {
		const path = (key: string) => (textOf(values, key).trim() === '' ? '' : absolutePath(textOf(values, key)));
		const entry = {
			profile: known?.profile ?? '',
			name: textOf(values, 'name').trim(),
			userId: textOf(values, 'userId').trim(),
			accessKey: textOf(values, 'accessKey').trim(),
			secretKey: textOf(values, 'secretKey').trim() || (known?.secretKey ?? ''),
			certificate: path('certificate'),
			privateKey: path('privateKey'),
		};
		return act(
			`Saving ${entry.name}`,
			async () => {
				await d2cm.saveCredential(entry);
				if (name !== undefined && name !== entry.name) {
					for (const cloud of clouds.filter(({credential}) => credential === name)) {
						await d2cm.saveCloud({...cloud, credential: entry.name});
					}

					await d2cm.removeCredential(name);
				}
			},
			() => {
				back();
				say(`The credentials ${entry.name} are saved.`);
			},
		);
	};

	const heading = name === undefined ? 'New credentials' : `Credentials ${name}`;
	return (
		<Form
			heading={heading}
			form={form}
			steps={() => steps}
			submitLabel="Save"
			onSubmit={save}
			onCancel={back}
			canFinishEarly
		/>
	);
}
