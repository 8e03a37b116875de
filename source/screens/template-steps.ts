import {isImageId} from '../engine/cloud/cloud.js';
import {roleSchema, templateSchema} from '../engine/templates/template.js';
import type {AmiEntry, ImageEntry} from '../store/database.js';
import {limitFields, marketFields} from './deployment-fields.js';
import {
	emptyOr,
	firstProblem,
	freeName,
	mustBeFilled,
	numberUpTo,
	positiveNumber,
	schemaCheck,
	wholeNumber,
} from './parts/checks.js';
import {
	type Field,
	type FormStep,
	type FormValues,
	itemsOf,
	type ListField,
	type ListItem,
	type Option,
	textOf,
} from './parts/form-field.js';

const remotePath = (text: string): string | undefined =>
	/^\/[^\0\n]*$/.test(text.trim()) ? undefined : 'must be an absolute path on the instance, beginning with /';

const pattern = (text: string): string | undefined => {
	try {
		new RegExp(text);
		return undefined;
	} catch {
		return 'is not a regular expression';
	}
};

export type TemplateStepsContext = {
	readonly images: readonly ImageEntry[];
	readonly amis: readonly AmiEntry[];
	readonly takenNames: readonly string[];
	/** Of the template being edited. */
	readonly ownName?: string | undefined;
};

/** The pages of the template wizard: the template, its roles, and seven pages for each role. */
export function templateSteps(values: FormValues, context: TemplateStepsContext): readonly FormStep[] {
	return [
		{
			key: 'template',
			title: 'Template',
			fields: [
				{
					kind: 'text',
					key: 'name',
					label: 'Name',
					check: firstProblem(schemaCheck(templateSchema.shape.name), freeName(context.takenNames, context.ownName)),
					hint: 'Letters, digits, _ and -. Deployments are named after it.',
				},
				{kind: 'text', key: 'description', label: 'Description', hint: 'What the experiment computes, for yourself.'},
				{
					kind: 'number',
					key: 'problemSize',
					label: 'Problem size',
					placeholder: 'none',
					check: emptyOr(positiveNumber),
					hint: 'What a deployment begins with, and may change. Handed to the scripts as $D2CM_PROBLEM_SIZE.',
				},
				{
					kind: 'number',
					key: 'maxRunMinutes',
					label: 'Longest run (minutes)',
					check: numberUpTo(60 * 24 * 60),
					hint: 'After this time the run is ended, results first.',
				},
				{
					kind: 'number',
					key: 'holdMinutes',
					label: 'Hold (minutes)',
					check: wholeNumber(0, 60 * 24 * 7),
					hint: 'How long instances are kept when results cannot be fetched, so that you can mend it.',
				},
				...limitFields(),
			],
		},
		{key: 'roles', title: 'Roles', fields: [rolesField]},
		...itemsOf(values, 'roles').flatMap(role => roleSteps(role, context, values)),
	];
}

const rolesField: ListField = {
	kind: 'list',
	key: 'roles',
	label: 'Roles',
	noun: 'role',
	text: item => item['name'] ?? '',
	columns: [
		{
			kind: 'text',
			key: 'name',
			label: 'Role name',
			check: schemaCheck(roleSchema.shape.name),
			hint: 'Such as Master or Slave; instances are named after it: master-1. Each role gets pages of its own after this one.',
		},
	],
	check: roles => (roles.length === 0 ? 'need at least one' : undefined),
	checkItem: (item, others) =>
		others.some(other => other['name']?.toLowerCase() === item['name']?.toLowerCase())
			? `There is a role ${item['name']} already.`
			: undefined,
};

function roleSteps(
	role: ListItem,
	{images, amis}: Pick<TemplateStepsContext, 'images' | 'amis'>,
	values: FormValues,
): readonly FormStep[] {
	const {id = '', name = ''} = role;
	const step = (key: string, title: string, fields: FormStep['fields']): FormStep => ({
		key: `${id}.${key}`,
		title: `${name}, ${title}`,
		fields,
	});
	const lines = (key: string, label: string, noun: string, hint: string, check = mustBeFilled): FormStep =>
		step(key, label.toLowerCase(), [
			{
				kind: 'list',
				key: `${id}.${key}`,
				label: `${label} of ${name}`,
				noun,
				text: item => item['text'] ?? '',
				columns: [{kind: 'text', key: 'text', label: noun === 'script' ? 'Command' : 'Path', check, hint}],
			},
		]);

	return [
		step('general', 'image and count', [
			...imageFields(id, {images, amis}, values),
			{
				kind: 'number',
				key: `${id}.count`,
				label: 'Instances',
				placeholder: '1',
				check: emptyOr(wholeNumber(1, 200)),
				hint: 'How many by default; each deployment may change it.',
			},
			{
				kind: 'toggle',
				key: `${id}.monitoring`,
				label: 'Monitoring activated',
				hint: 'Draws CPU, memory and load with collectd. Space switches it.',
			},
			...marketFields(id, values),
		]),
		step('uploads', 'uploads', [
			{
				kind: 'list',
				key: `${id}.uploads`,
				label: `Uploads of ${name}`,
				noun: 'upload',
				text: item => `${item['local']} -> ${item['remote']}`,
				columns: [
					{kind: 'path', key: 'local', label: 'File or folder here', check: mustBeFilled, hint: 'Tab completes it.'},
					{kind: 'text', key: 'remote', label: 'Path on instances', check: remotePath, hint: 'Such as /root/input'},
				],
			},
		]),
		lines(
			'start',
			'Start scripts',
			'script',
			'Run one after the other on each instance, before any async script. $D2CM_PROBLEM_SIZE, $D2CM_ROLE, $D2CM_INDEX and $D2C_MPI_HOSTFILE are set.',
		),
		lines(
			'async',
			'Async scripts',
			'script',
			'Run in the background once every role is ready. The same variables are set.',
		),
		step('done', 'done checks', [
			{
				kind: 'list',
				key: `${id}.done`,
				label: `Done checks of ${name}`,
				noun: 'check',
				text: item =>
					item['pattern'] ? `${item['path']} has a line like ${item['pattern']}` : `${item['path']} is there`,
				columns: [
					{
						kind: 'text',
						key: 'path',
						label: 'File on instances',
						check: remotePath,
						hint: 'The role is done when this file is there. A role without any check is not waited for where another one has some; where none has, the ends of the async scripts count.',
					},
					{
						kind: 'text',
						key: 'pattern',
						label: 'Line in it (optional)',
						check: pattern,
						hint: 'A regular expression: done when a line of the file is like it.',
					},
				],
			},
			{
				kind: 'toggle',
				key: `${id}.goesOn`,
				label: 'Go on after errors',
				hint: 'Otherwise a script of this role that fails ends the run, results first. Space switches it.',
			},
		]),
		lines(
			'downloads',
			'Data to collect',
			'path',
			'A file or folder, such as /root/result.txt, fetched from every instance of the role.',
			remotePath,
		),
	];
}

/** In place of an image: an AMI whose id is typed. */
export const typedAmi = '-';

/** What a role runs, of what is known here, or any AMI by its id; and whom it logs in as. */
function imageFields(
	id: string,
	{images, amis}: Pick<TemplateStepsContext, 'images' | 'amis'>,
	values: FormValues,
): readonly Field[] {
	const chosen = textOf(values, `${id}.image`);
	const usable = images.filter(({verdict}) => verdict !== 'cannot-run');
	const known: readonly Option[] = [
		...images.map(image => ({
			value: image.name,
			label: image.name,
			detail: image.os,
			disabledReason: image.verdict === 'cannot-run' ? 'it cannot run in a cloud' : undefined,
		})),
		...amis
			.filter(ami => ami.image === '')
			.map(ami => ({value: ami.id, label: ami.id, detail: [ami.cloud, ami.name].filter(Boolean).join(', ')})),
	];
	const isElse = chosen !== '' && chosen !== typedAmi && known.every(({value}) => value !== chosen);
	const another = isImageId(chosen) ? 'by its id' : 'no longer registered';
	return [
		{
			kind: 'choice',
			key: `${id}.image`,
			label: 'Image',
			options: [
				...known,
				...(isElse ? [{value: chosen, label: chosen, detail: another}] : []),
				{value: typedAmi, label: 'an AMI', detail: 'that a cloud has, by its id'},
			],
			initial: usable.length === 1 ? usable[0]?.name : undefined,
			...(images.length === 0 ? {hint: 'There is no image yet. Add one under Images first, or choose an AMI.'} : {}),
		},
		...(chosen === typedAmi
			? [
					{
						kind: 'text' as const,
						key: `${id}.ami`,
						label: 'AMI ID',
						check: (text: string) =>
							isImageId(text.trim()) ? undefined : 'must be ami- and 8 to 17 hexadecimal digits, in small letters',
						hint: 'Such as ami-0a1b2c3d4e5f60718; in the region that the deployment will run in.',
					},
				]
			: []),
		// What D2CM migrated is entered by root.
		...(chosen === typedAmi || isImageId(chosen) || textOf(values, `${id}.user`) !== ''
			? [
					{
						kind: 'text' as const,
						key: `${id}.user`,
						label: 'Login user',
						placeholder: 'found out',
						check: emptyOr(schemaCheck(roleSchema.shape.user)),
						hint: 'Scripts run as this user. Left empty: it is found out.',
					},
				]
			: []),
	];
}
