import {cloudKinds, traitsOf} from '../engine/cloud/cloud-traits.js';
import {type CloudEntry, cloudSchema, nameSchema} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {emptyOr, firstProblem, freeName, mustBeFilled, schemaCheck} from './parts/checks.js';
import {Form} from './parts/form.js';
import {type Field, type FormStep, type FormValues, textOf} from './parts/form-field.js';

const webAddress = (text: string): string | undefined =>
	URL.canParse(text.trim()) && /^https?:/.test(text.trim()) ? undefined : 'must be an address beginning with https://';

/** Adds a cloud, or changes one. */
export function CloudFormScreen({name}: {readonly name?: string | undefined}) {
	const d2cm = useD2cm();
	const {clouds, credentials, amis} = useDatabase();
	const {back} = useRoute();
	const {say} = useNotice();
	const act = useAction();
	const form = useForm(() => {
		const {sshPort: _, ...texts} = clouds.find(one => one.name === name) ?? {};
		return {kind: 'local', ...texts};
	});
	const takenNames = clouds.map(one => one.name);
	const keptName = (text: string): string | undefined =>
		name !== undefined && text !== name && amis.some(ami => ami.cloud === name)
			? `must stay ${name}, since AMIs are known under it`
			: undefined;

	const remoteFields = (kind: string): readonly Field[] => [
		{
			kind: 'text',
			key: 'region',
			label: 'Region',
			...(kind === 'ec2' ? {check: mustBeFilled} : {}),
			hint: kind === 'ec2' ? 'Such as eu-west-1' : 'May be left empty.',
		},
		{
			kind: 'text',
			key: 'ec2Url',
			label: 'EC2 address',
			check: kind === 'ec2' ? emptyOr(webAddress) : webAddress,
			hint: kind === 'ec2' ? "Left empty, it is Amazon's own." : 'EC2_URL of your eucarc file.',
		},
		{
			kind: 'text',
			key: 's3Url',
			label: 'S3 address',
			check: kind === 'ec2' ? emptyOr(webAddress) : webAddress,
			hint: kind === 'ec2' ? "Left empty, it is Amazon's own." : 'S3_URL of your eucarc file.',
		},
		{
			kind: 'choice',
			key: 'credential',
			label: 'Credentials',
			options: credentials.map(({name: value}) => ({value, label: value})),
			initial: credentials[0]?.name,
			...(credentials.length === 0 ? {hint: 'There are none yet. Add some under Credentials first.'} : {}),
		},
	];
	const steps = (values: FormValues): readonly FormStep[] => [
		{
			key: 'cloud',
			title: 'Details',
			fields: [
				{
					kind: 'text',
					key: 'name',
					label: 'Name',
					check: firstProblem(schemaCheck(nameSchema), freeName(takenNames, name), keptName),
				},
				{
					kind: 'choice',
					key: 'kind',
					label: 'Kind',
					options: cloudKinds.map(value => ({value, label: traitsOf(value).label})),
				},
				...(textOf(values, 'kind') === 'local' ? [] : remoteFields(textOf(values, 'kind'))),
			],
		},
	];
	const save = (values: FormValues) => {
		const kind = textOf(values, 'kind');
		const remote = (key: string) => (kind === 'local' ? '' : textOf(values, key).trim());
		const entry: CloudEntry = cloudSchema.parse({
			...clouds.find(one => one.name === name),
			name: textOf(values, 'name').trim(),
			kind,
			region: remote('region'),
			ec2Url: remote('ec2Url'),
			s3Url: remote('s3Url'),
			credential: remote('credential'),
		});
		return act(
			`Saving ${entry.name}`,
			async () => {
				await d2cm.saveCloud(entry);
				if (name !== undefined && name !== entry.name) {
					await d2cm.removeCloud(name);
				}
			},
			() => {
				back();
				say(`The cloud ${entry.name} is saved.`);
			},
		);
	};

	const heading = name === undefined ? 'New cloud' : `Cloud ${name}`;
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
