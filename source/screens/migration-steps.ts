import type {MigrationRequest} from '../actions/d2cm.js';
import {type AmiConflict, amiProperties, conflictOf} from '../engine/cloud/ami-properties.js';
import {type MigrationWay, traitsOf} from '../engine/cloud/cloud-traits.js';
import {kmsKeyProblem} from '../engine/migration/migration-options.js';
import {wayFacts} from '../engine/migration/way-facts.js';
import {bucketNameProblem} from '../engine/object-store/bucket-name.js';
import type {CloudEntry, Database, ImageEntry, KernelEntry} from '../store/database.js';
import {type FormStep, type FormValues, isOn, textOf} from './parts/form-field.js';

function cloudOf(values: FormValues, {clouds}: Database): CloudEntry | undefined {
	return clouds.find(({name}) => name === (textOf(values, 'cloud') || clouds[0]?.name));
}

/** The one chosen, or the first that can run. */
const imageOf = (values: FormValues, {images}: Database): ImageEntry | undefined =>
	images.find(({name, verdict}) =>
		textOf(values, 'image') ? name === textOf(values, 'image') : verdict !== 'cannot-run',
	);

const waysOf = (cloud: CloudEntry | undefined): readonly MigrationWay[] =>
	cloud === undefined ? ['local'] : traitsOf(cloud.kind).migrationWays;

/** The one chosen, where the cloud has it. */
function wayOf(values: FormValues, cloud: CloudEntry | undefined): MigrationWay {
	const ways = waysOf(cloud);
	return ways.find(way => way === textOf(values, 'way')) ?? ways[0] ?? 'local';
}

const hasKernels = (values: FormValues, cloud: CloudEntry | undefined, {kernels}: Database): boolean =>
	cloud !== undefined &&
	wayFacts[wayOf(values, cloud)].kernels &&
	traitsOf(cloud.kind).kernels !== 'none' &&
	kernels.some(kernel => kernel.cloud === cloud.name);

/** The pages of the wizard; what a cloud has not is not asked. */
export function migrationSteps(values: FormValues, database: Database): readonly FormStep[] {
	const cloud = cloudOf(values, database);
	return [
		{
			key: 'cloud',
			title: 'Image and cloud',
			fields: [
				{
					kind: 'choice',
					key: 'image',
					label: 'Image',
					options: database.images.map(({name, os, verdict}) => ({
						value: name,
						label: name,
						detail: os,
						disabledReason: verdict === 'cannot-run' ? 'it cannot run in a cloud' : undefined,
					})),
					initial: database.images.find(({verdict}) => verdict !== 'cannot-run')?.name,
				},
				{
					kind: 'choice',
					key: 'cloud',
					label: 'Cloud',
					options: database.clouds.map(({name, kind, credential}) => ({
						value: name,
						label: name,
						detail: traitsOf(kind).label,
						disabledReason:
							traitsOf(kind).credential && credential === '' ? 'it has no credentials; see Clouds' : undefined,
					})),
					initial: database.clouds[0]?.name,
				},
			],
		},
		...(cloud === undefined || waysOf(cloud).includes('local') ? [] : [wayStep(values, cloud)]),
		...(cloud !== undefined && hasKernels(values, cloud, database) ? [kernelStep(cloud, database, values)] : []),
		confirmStep(values, database, cloud),
	];
}

function kernelStep(cloud: CloudEntry, database: Database, values: FormValues): FormStep {
	const {kernels} = database;
	const architecture = imageOf(values, database)?.architecture ?? '';
	const offered = (kind: 'kernel' | 'ramdisk') =>
		kernels
			.filter(one => one.kind === kind && one.cloud === cloud.name)
			.filter(one => one.architecture === '' || architecture === '' || one.architecture === architecture)
			.map(one => ({value: one.id, label: one.id, detail: `${one.name} ${one.architecture}`.trim()}));
	const none = {value: 'none', label: 'none', detail: 'the image boots its own (hvm)'};
	const ramdisks = [{...none, detail: "the image's own"}, ...offered('ramdisk')].map(option => ({
		...option,
		disabledReason: conflictWith({...values, ramdisk: option.value}, cloud, database)?.message,
	}));
	const {recommendedRamdisk = ''} = chosenKernel(values, cloud, database) ?? {};
	const fitting = ramdisks.filter(({disabledReason}) => disabledReason === undefined).map(({value}) => value);
	return {
		key: 'kernel',
		title: 'Kernel and ramdisk',
		fields: [
			{kind: 'choice', key: 'kernel', label: 'Kernel', options: [none, ...offered('kernel')], initial: 'none'},
			...(needsRamdisk(values, cloud, database)
				? [
						{
							kind: 'choice' as const,
							key: 'ramdisk',
							label: 'Ramdisk',
							options: ramdisks,
							initial: fitting.includes(recommendedRamdisk) ? recommendedRamdisk : fitting[0],
						},
					]
				: []),
		],
	};
}

const chosenKernel = (values: FormValues, cloud: CloudEntry, {kernels}: Database): KernelEntry | undefined =>
	kernels.find(one => one.id === textOf(values, 'kernel') && one.cloud === cloud.name);

/** Why the cloud would refuse the kernel and the ramdisk that are chosen, as far as it can be known here. */
function conflictWith(values: FormValues, cloud: CloudEntry, database: Database): AmiConflict | undefined {
	const traits = traitsOf(cloud.kind);
	const {rootDevice} = wayFacts[wayOf(values, cloud)];
	const ramdisk = textOf(values, 'ramdisk') === 'none' ? undefined : {};
	const kernel = chosenKernel(values, cloud, database);
	const {architecture} = imageOf(values, database) ?? {};
	return conflictOf(amiProperties({architecture, rootDevice, kernel, ramdisk}, traits), traits);
}

/** An image that boots its own kernel takes none, and PV-GRUB starts the image's. */
const needsRamdisk = (values: FormValues, cloud: CloudEntry, database: Database): boolean =>
	chosenKernel(values, cloud, database) !== undefined &&
	conflictWith({...values, ramdisk: 'any'}, cloud, database) === undefined;

function wayStep(values: FormValues, cloud: CloudEntry): FormStep {
	const way = wayOf(values, cloud);
	const {explained, bucket, encryption} = wayFacts[way];
	return {
		key: 'way',
		title: 'The way there',
		fields: [
			{
				kind: 'choice',
				key: 'way',
				label: 'Way',
				options: waysOf(cloud).map((name, index) => ({
					value: name,
					label: name,
					detail: index === 0 ? 'usual for this cloud' : '',
				})),
				initial: way,
			},
			{kind: 'note', key: 'explained', label: '', lines: [explained, `Region: ${cloud.region || '(the only one)'}`]},
			...(bucket
				? [
						{
							kind: 'text' as const,
							key: 'bucket',
							label: 'Bucket',
							check: (text: string) => (text.trim() === '' ? undefined : bucketNameProblem(text.trim())),
							placeholder: "one of D2CM's own",
							hint: 'It is made when it is not there. Empty: one that D2CM makes for all its uploads.',
						},
					]
				: []),
			...(encryption ? [{kind: 'toggle' as const, key: 'encrypted', label: 'Encrypted'}] : []),
			...(encryption && isOn(values, 'encrypted')
				? [
						{
							kind: 'text' as const,
							key: 'kmsKey',
							label: 'KMS key',
							placeholder: "the account's own",
							check: (text: string) => (text.trim() === '' ? undefined : kmsKeyProblem(text.trim())),
							hint: 'ARN of a key of the cloud: arn:aws:kms:...:key/...',
						},
					]
				: []),
		],
	};
}

function confirmStep(values: FormValues, database: Database, cloud: CloudEntry | undefined): FormStep {
	const request = requestOf(values, database);
	const way = wayOf(values, cloud);
	const image = database.images.find(({name}) => name === request.image);
	return {
		key: 'confirm',
		title: 'Ready',
		fields: [
			{
				kind: 'note',
				key: 'summary',
				label: '',
				lines: [
					`Image:   ${request.image} (${image?.os ?? 'unknown'})`,
					`File:    ${image?.file ?? ''}`,
					`Cloud:   ${request.cloud}${cloud === undefined ? '' : `, ${traitsOf(cloud.kind).label}`}`,
					...(way === 'local' ? [] : [`Way:     ${way}`]),
					...(request.kernel === undefined ? [] : [`Kernel:  ${request.kernel}`]),
					...(request.ramdisk === undefined ? [] : [`Ramdisk: ${request.ramdisk}`]),
					...(request.bucket === undefined ? [] : [`Bucket:  ${request.bucket}`]),
					...(request.encrypted ? [`Encrypted with ${request.kmsKey ?? "the account's own key"}`] : []),
					'',
					'The file is only read. The migration goes on when you leave this screen or D2CM.',
					way === 'local'
						? 'Press Enter to start it.'
						: 'Press Enter: before it starts, you see what is sent and what it costs.',
				],
			},
		],
	};
}

/** What was chosen; what was not asked is left out. */
export function requestOf(values: FormValues, database: Database): MigrationRequest {
	const cloud = cloudOf(values, database);
	const way = wayOf(values, cloud);
	const facts = way === 'local' ? undefined : wayFacts[way];
	const chosen = (key: string, isAsked: boolean) => {
		const value = textOf(values, key).trim();
		return isAsked && value !== '' && value !== 'none' ? {[key]: value} : {};
	};
	return {
		image: imageOf(values, database)?.name ?? '',
		cloud: cloud?.name ?? '',
		...(facts === undefined || textOf(values, 'way') === '' ? {} : {way}),
		...chosen('kernel', hasKernels(values, cloud, database)),
		...chosen(
			'ramdisk',
			cloud !== undefined && hasKernels(values, cloud, database) && needsRamdisk(values, cloud, database),
		),
		...chosen('bucket', facts?.bucket === true),
		...(facts?.encryption && isOn(values, 'encrypted') ? {encrypted: true} : {}),
		...chosen('kmsKey', facts?.encryption === true && isOn(values, 'encrypted')),
	};
}
