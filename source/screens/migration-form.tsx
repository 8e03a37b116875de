import type {MigrationRequest} from '../actions/d2cm.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {CloudEntry, Database} from '../store/database.js';
import {useAction} from './hooks/use-action.js';
import {useD2cm} from './hooks/use-d2cm.js';
import {useDatabase} from './hooks/use-database.js';
import {useForm} from './hooks/use-form.js';
import {useRoute} from './hooks/use-route.js';
import {Form} from './parts/form.js';
import {type FormStep, type FormValues, textOf} from './parts/form-field.js';

/** Makes an AMI of an image: cloud, and region, kernel, ramdisk and bucket where the cloud has them. */
export function MigrationFormScreen({image}: {readonly image?: string | undefined}) {
	const d2cm = useD2cm();
	const database = useDatabase();
	const {back, replace} = useRoute();
	const act = useAction();
	const form = useForm(() => ({image: image ?? '', cloud: ''}));

	const start = (values: FormValues) => {
		const request = requestOf(values, database);
		return act(
			`Starting the migration of ${request.image}`,
			() => d2cm.startMigration(request),
			job => replace({screen: 'migration', id: job.id}),
		);
	};

	return (
		<Form
			heading="Migrate an image"
			form={form}
			steps={values => migrationSteps(values, database)}
			submitLabel="Start"
			onSubmit={start}
			onCancel={back}
		/>
	);
}

function cloudOf(values: FormValues, {clouds}: Database): CloudEntry | undefined {
	return clouds.find(({name}) => name === (textOf(values, 'cloud') || clouds[0]?.name));
}

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
					options: database.clouds.map(({name, kind}) => ({value: name, label: name, detail: traitsOf(kind).label})),
					initial: database.clouds[0]?.name,
				},
			],
		},
		...(cloud?.kind === 'eucalyptus' ? [kernelStep(cloud, database, values)] : []),
		...(cloud === undefined || cloud.kind === 'local' ? [] : [bucketStep(cloud)]),
		confirmStep(values, database, cloud),
	];
}

function kernelStep(cloud: CloudEntry, {kernels}: Database, values: FormValues): FormStep {
	const offered = (kind: 'kernel' | 'ramdisk') =>
		kernels
			.filter(one => one.kind === kind && one.cloud === cloud.name)
			.map(({id, name, architecture}) => ({value: id, label: id, detail: `${name} ${architecture}`.trim()}));
	const none = {value: 'none', label: 'none', detail: 'the image boots its own (hvm)'};
	const kernel = kernels.find(({id, cloud: owner}) => id === textOf(values, 'kernel') && owner === cloud.name);
	return {
		key: 'kernel',
		title: 'Kernel and ramdisk',
		fields: [
			{kind: 'choice', key: 'kernel', label: 'Kernel', options: [none, ...offered('kernel')], initial: 'none'},
			{
				kind: 'choice',
				key: 'ramdisk',
				label: 'Ramdisk',
				options: [none, ...offered('ramdisk')],
				initial: kernel?.recommendedRamdisk || 'none',
			},
		],
	};
}

function bucketStep(cloud: CloudEntry): FormStep {
	return {
		key: 'bucket',
		title: 'Region and bucket',
		fields: [
			{kind: 'note', key: 'region', label: '', lines: [`Region: ${cloud.region || '(the only one)'} ${cloud.ec2Url}`]},
			{
				kind: 'text',
				key: 'bucket',
				label: 'Bucket',
				check: text =>
					/^[a-z0-9][a-z0-9.-]{2,62}$/.test(text.trim()) ? undefined : 'must be 3 to 63 of a-z, 0-9, dots and hyphens',
				hint: 'Where the image is put. It is made when it is not there.',
			},
		],
	};
}

function confirmStep(values: FormValues, database: Database, cloud: CloudEntry | undefined): FormStep {
	const request = requestOf(values, database);
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
					`Cloud:   ${request.cloud}${cloud === undefined ? '' : ` (${traitsOf(cloud.kind).label})`}`,
					...(request.kernel === undefined ? [] : [`Kernel:  ${request.kernel}`]),
					...(request.ramdisk === undefined ? [] : [`Ramdisk: ${request.ramdisk}`]),
					...(request.bucket === undefined ? [] : [`Bucket:  ${request.bucket}`]),
					'',
					'The file is only read. The migration goes on when you leave this screen or D2CM.',
					'Press Enter to start it.',
				],
			},
		],
	};
}

function requestOf(values: FormValues, database: Database): MigrationRequest {
	const cloud = cloudOf(values, database);
	const chosen = (key: string, isAsked: boolean) => {
		const value = textOf(values, key).trim();
		return isAsked && value !== '' && value !== 'none' ? {[key]: value} : {};
	};
	return {
		image: textOf(values, 'image') || (database.images.find(({verdict}) => verdict !== 'cannot-run')?.name ?? ''),
		cloud: cloud?.name ?? '',
		...chosen('kernel', cloud?.kind === 'eucalyptus'),
		...chosen('ramdisk', cloud?.kind === 'eucalyptus'),
		...chosen('bucket', cloud !== undefined && cloud.kind !== 'local'),
	};
}
