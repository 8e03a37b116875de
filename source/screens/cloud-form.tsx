import type {RegionList} from '../actions/d2cm.js';
import {type CloudKind, type CloudTraits, cloudKinds, traitsOf} from '../engine/cloud/cloud-traits.js';
import {addressProblem} from '../engine/credentials/address-problem.js';
import {regionOfAddress} from '../engine/credentials/amazon-address.js';
import {type CloudEntry, type Credential, cloudSchema, nameSchema} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useAsked} from './hooks/use-asked.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useNotice} from './hooks/use-notice.js';
import {useRoute} from './hooks/use-route.js';
import {emptyOr, existingFile, firstProblem, freeName, mustBeFilled, schemaCheck} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {Form} from './parts/form.js';
import {type Field, type FormStep, type FormValues, textOf} from './parts/form-field.js';
import {usesNote} from './parts/uses-note.js';

const webAddress = (text: string): string | undefined => mustBeFilled(text) ?? addressProblem(text.trim());

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
	const known = clouds.find(one => one.name === name);
	const credential = textOf(form.state.values, 'credential') || (credentials[0]?.name ?? '');
	// Keys of another kind of cloud are nothing to ask Amazon with.
	const kind = (textOf(form.state.values, 'kind') || 'local') as CloudKind;
	const hasRegions = traitsOf(kind).regions;
	const regions = useAsked(`regions ${kind} ${credential}`, async () =>
		hasRegions
			? d2cm.regions({...cloudSchema.parse({name: 'new', ...known, kind}), credential})
			: {names: [], isLive: false},
	).value;
	const uses = useAsked(`uses ${name}`, async () => (name === undefined ? [] : d2cm.usesOf({cloud: name}))).value;
	const takenNames = clouds.map(one => one.name);
	const keptName = (text: string): string | undefined =>
		name !== undefined && text !== name && amis.some(ami => ami.cloud === name)
			? `must stay ${name}, since AMIs are known under it`
			: undefined;

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
				...(traits(values).credential ? remoteFields(values, traits(values), credentials, regions) : []),
				...usesNote(uses),
			],
		},
	];
	const save = (values: FormValues) => {
		const entry = entryOf(
			values,
			clouds.find(one => one.name === name),
		);
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

const traits = (values: FormValues): CloudTraits => traitsOf((textOf(values, 'kind') || 'local') as CloudKind);

const another = 'another';

function regionFields(values: FormValues, {regions: has}: CloudTraits, list: RegionList | undefined): readonly Field[] {
	if (!has) {
		return [{kind: 'text', key: 'region', label: 'Region', hint: 'May be left empty.'}];
	}

	const known = textOf(values, 'region');
	const names = [...new Set([...(list?.names ?? []), ...(known === '' || known === another ? [] : [known])])];
	return [
		{
			kind: 'choice',
			key: 'region',
			label: 'Region',
			options: [...names.map(value => ({value, label: value})), {value: another, label: 'Another'}],
			initial: names.includes('us-east-1') ? 'us-east-1' : names[0],
			...(list?.why === undefined ? {} : {hint: list.why}),
		},
		...(known === another
			? [
					{
						kind: 'text' as const,
						key: 'regionName',
						label: 'Its name',
						check: mustBeFilled,
						hint: 'Such as us-gov-west-1',
					},
				]
			: []),
	];
}

function remoteFields(
	values: FormValues,
	ofKind: CloudTraits,
	credentials: readonly Credential[],
	list: RegionList | undefined,
): readonly Field[] {
	const {ownAddresses} = ofKind;
	const hint = ownAddresses ? undefined : "Left empty, it is Amazon's own.";
	return [
		...regionFields(values, ofKind, list),
		{
			kind: 'text',
			key: 'ec2Url',
			label: 'EC2 address',
			check: ownAddresses ? webAddress : emptyOr(webAddress),
			hint: hint ?? 'EC2_URL of your eucarc file.',
		},
		{
			kind: 'text',
			key: 's3Url',
			label: 'S3 address',
			check: ownAddresses ? webAddress : emptyOr(webAddress),
			hint: hint ?? 'S3_URL of your eucarc file.',
		},
		{
			kind: 'choice',
			key: 'credential',
			label: 'Credentials',
			options: credentials.map(({name: value}) => ({value, label: value})),
			initial: credentials[0]?.name,
			...(credentials.length === 0 ? {hint: 'There are none yet. Add some under Credentials first.'} : {}),
		},
		...(ownAddresses ? ownFields : []),
	];
}

const ownFields: readonly Field[] = [
	{
		kind: 'path',
		key: 'ca',
		label: 'TLS CA (PEM)',
		check: emptyOr(existingFile),
		hint: 'Who signed the TLS certificates of these addresses; left empty: the system knows.',
	},
	{
		kind: 'path',
		key: 'cloudCertificate',
		label: 'Cloud certificate',
		check: emptyOr(existingFile),
		hint: 'EUCALYPTUS_CERT of your eucarc file: bundles are encrypted for it.',
	},
	{
		kind: 'text',
		key: 'accountId',
		label: 'Account there',
		hint: 'EC2_USER_ID of your eucarc file. May be left empty.',
	},
];

function entryOf(values: FormValues, known: CloudEntry | undefined): CloudEntry {
	const ofKind = traits(values);
	const text = (key: string) => (ofKind.credential ? textOf(values, key).trim() : '');
	const path = (key: string) => (text(key) === '' ? '' : absolutePath(text(key)));
	const region = text('region') === another ? text('regionName') : text('region');
	// Amazon's own address of another region would be asked instead of the one that was chosen.
	const address = (key: string) => {
		const of = regionOfAddress(text(key));
		return of === '' || of === region ? text(key) : '';
	};
	return cloudSchema.parse({
		...known,
		name: textOf(values, 'name').trim(),
		kind: textOf(values, 'kind'),
		region,
		ec2Url: address('ec2Url'),
		s3Url: address('s3Url'),
		credential: text('credential'),
		...(ofKind.ownAddresses && {
			ca: path('ca'),
			cloudCertificate: path('cloudCertificate'),
			accountId: text('accountId'),
		}),
	});
}
