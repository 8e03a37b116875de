import {isIPv4} from 'node:net';
import type {RegionList} from '../actions/d2cm.js';
import {type CloudKind, type CloudTraits, cloudKinds, traitsOf} from '../engine/cloud/cloud-traits.js';
import {addressProblem} from '../engine/credentials/address-problem.js';
import {regionOfAddress} from '../engine/credentials/amazon-address.js';
import {regionProblem} from '../engine/credentials/region-problem.js';
import {type CloudEntry, type Credential, cloudSchema, credentialSchema} from '../store/database.js';
import {emptyOr, existingFile, firstProblem, mustBeFilled, schemaCheck, wholeNumber} from './parts/checks.js';
import {absolutePath} from './parts/complete-path.js';
import {type Field, type FormValues, textOf} from './parts/form-field.js';

/** Of those the user can add. */
const kinds = cloudKinds.filter(kind => traitsOf(kind).builtIn === undefined);

export const usualKind: CloudKind = 'ec2';

const usualPort = 22;

const amazons = "Left empty, it is Amazon's own.";

/** The fields that a cloud fills, or a new one. */
export function valuesOfCloud(known: CloudEntry | undefined): FormValues {
	const {sshPort = usualPort, ...texts} = known ?? {kind: usualKind};
	return {...texts, sshPort: sshPort === usualPort ? '' : String(sshPort)};
}

/** Everything about a cloud but its name; what its kind has not is not asked. */
export function cloudFields(
	values: FormValues,
	credentials: readonly Credential[],
	regions: RegionList | undefined,
): readonly Field[] {
	const ofKind = traits(values);
	return [
		{
			kind: 'choice',
			key: 'kind',
			label: 'Kind',
			options: kinds.map(value => ({value, label: traitsOf(value).label})),
		},
		...regionFields(values, ofKind, regions),
		...addressFields(ofKind),
		{
			kind: 'choice',
			key: 'credential',
			label: 'Credentials',
			options: credentials.map(({name: value}) => ({value, label: value})),
			initial: credentials[0]?.name,
			...(credentials.length === 0 ? {hint: 'There are none yet. Add some under Credentials first.'} : {}),
		},
		...(ofKind.ownAddresses ? ownFields : []),
		...rareFields(ofKind),
	];
}

const webAddress = (text: string): string | undefined => mustBeFilled(text) ?? addressProblem(text.trim());

const regionCheck = (text: string): string | undefined => regionProblem(text.trim());

const traits = (values: FormValues): CloudTraits => traitsOf((textOf(values, 'kind') || usualKind) as CloudKind);

const another = 'another';

function regionFields(values: FormValues, {regions: has}: CloudTraits, list: RegionList | undefined): readonly Field[] {
	if (!has) {
		return [{kind: 'text', key: 'region', label: 'Region', check: regionCheck, hint: 'May be left empty.'}];
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
						check: firstProblem(mustBeFilled, regionCheck),
						hint: 'Such as us-gov-west-1',
					},
				]
			: []),
	];
}

function addressFields({ownAddresses}: CloudTraits): readonly Field[] {
	const hint = ownAddresses ? undefined : amazons;
	const check = ownAddresses ? webAddress : emptyOr(webAddress);
	return [
		{kind: 'text', key: 'ec2Url', label: 'EC2 address', check, hint: hint ?? 'EC2_URL of your eucarc file.'},
		{kind: 'text', key: 's3Url', label: 'S3 address', check, hint: hint ?? 'S3_URL of your eucarc file.'},
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
		check: emptyOr(schemaCheck(credentialSchema.shape.userId)),
		hint: 'EC2_USER_ID of your eucarc file. May be left empty.',
	},
];

const ipAddress = (text: string): string | undefined =>
	isIPv4(text.trim()) ? undefined : 'must be an IPv4 address, such as 192.0.2.17';

function rareFields({migrationWays, ownAddresses}: CloudTraits): readonly Field[] {
	const address = (key: string, label: string, hint: string): Field => ({
		kind: 'text',
		key,
		label,
		check: emptyOr(webAddress),
		hint: ownAddresses ? hint : amazons,
	});
	return [
		{kind: 'note', key: 'rare', label: '', lines: ['Rarely needed; may be left empty:']},
		...(migrationWays.includes('ebs-direct')
			? [address('ebsUrl', 'EBS direct address', 'Left empty, it is the EC2 address.')]
			: []),
		address('stsUrl', 'STS address', 'Tells whom keys belong to. Left empty, nobody is asked.'),
		{
			kind: 'text',
			key: 'sshFrom',
			label: 'SSH comes from',
			check: emptyOr(ipAddress),
			hint: 'The IPv4 address instances see this machine come from. Left empty, it is found out.',
		},
		{
			kind: 'number',
			key: 'sshPort',
			label: 'SSH port',
			placeholder: String(usualPort),
			check: emptyOr(wholeNumber(1, 65_535)),
			hint: 'Where sshd listens on the instances.',
		},
	];
}

/** The cloud the fields describe. */
export function cloudOfValues(values: FormValues, known: CloudEntry | undefined): CloudEntry {
	const ofKind = traits(values);
	const text = (key: string) => textOf(values, key).trim();
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
		ebsUrl: address('ebsUrl'),
		stsUrl: address('stsUrl'),
		sshFrom: text('sshFrom'),
		sshPort: Number(text('sshPort') || usualPort),
		credential: text('credential'),
		...(ofKind.ownAddresses && {
			ca: path('ca'),
			cloudCertificate: path('cloudCertificate'),
			accountId: text('accountId'),
		}),
	});
}
