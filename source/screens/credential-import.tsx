import {nameSchema} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {useChoose} from './hooks/use-selection.js';
import {emptyOr, existingFile, schemaCheck} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, isOn, textOf} from './parts/form-field.js';

const ofFile = 'eucarc';

/** Takes keys out of a `.eucarc` file or a profile of the AWS configuration. */
export function CredentialImportScreen() {
	const d2cm = useD2cm();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const choose = useChoose();
	const form = useForm(() => ({from: ofFile}));
	const profiles = useAsked('profiles', async () => d2cm.awsProfiles()).value ?? [];
	const isLasting = (from: string) =>
		profiles.some(({name, source}) => `profile ${name}` === from && source === 'keys');
	const steps = (values: FormValues): readonly FormStep[] => [
		{
			key: 'import',
			title: 'Where the keys are',
			fields: [
				{
					kind: 'choice',
					key: 'from',
					label: 'From',
					options: [
						{value: ofFile, label: 'A eucarc file', detail: 'read as data, never run'},
						...profiles.map(({name, source, region}) => ({
							value: `profile ${name}`,
							label: `Profile ${name}`,
							detail: [source, region].filter(text => text !== '').join(', '),
							disabledReason: source === 'none' ? 'it holds no keys' : undefined,
						})),
					],
				},
				...(textOf(values, 'from') === ofFile
					? [
							{
								kind: 'path' as const,
								key: 'file',
								label: 'File',
								check: existingFile,
								hint: 'Out of the archive that the cloud gave you, beside its keys.',
							},
						]
					: []),
				...(isLasting(textOf(values, 'from'))
					? [
							{
								kind: 'toggle' as const,
								key: 'copy',
								label: 'Copy its keys',
								hint: 'Otherwise they stay where they are, and are read when needed.',
							},
						]
					: []),
				{
					kind: 'text',
					key: 'name',
					label: 'Name',
					check: emptyOr(schemaCheck(nameSchema)),
					hint: 'As you like to call it here. May be left empty.',
				},
			],
		},
	];
	const submit = (values: FormValues) => {
		const from = textOf(values, 'from');
		const name = textOf(values, 'name').trim() || undefined;
		return act(
			'Reading the keys',
			async () =>
				from === ofFile
					? d2cm.importCredentials(absolutePath(textOf(values, 'file')), {name})
					: d2cm.importProfile(from.slice('profile '.length), {
							name,
							copyKeys: isLasting(from) && isOn(values, 'copy'),
						}),
			imported => {
				choose('credentials', imported.name);
				back();
				const cloud = imported.cloud === undefined ? '' : ` with the cloud ${imported.cloud}`;
				say(`${imported.name} is imported${cloud}. ${imported.remarks[0] ?? 'Press t to test it.'}`);
			},
		);
	};

	return (
		<Form
			heading="Import credentials"
			form={form}
			steps={steps}
			submitLabel="Import"
			onSubmit={submit}
			onCancel={back}
			canFinishEarly
		/>
	);
}
