import type {DeploymentRequest} from '../actions/d2cm.js';
import {type InstanceType, isImageId, type MachineImage} from '../engine/cloud/cloud.js';
import {type CloudTraits, traitsOf} from '../engine/cloud/cloud-traits.js';
import {misfit} from '../engine/cloud/misfit.js';
import {fitting} from '../engine/deployments/choose-types.js';
import type {RoleAmis} from '../engine/deployments/configuration.js';
import {namesAmi, newestAmi, otherClouds} from '../engine/deployments/newest-ami.js';
import {ofRole} from '../engine/deployments/of-role.js';
import {leaseEnds, type Role, type Template} from '../engine/templates/template.js';
import type {Database} from '../store/database.js';
import {isOnSpot, limitFields, longestField, marketChoices, roleLabel, whenFullField} from './deployment-fields.js';
import {positiveNumber, wholeNumber} from './parts/checks.js';
import {type Field, type FormStep, type FormValues, numbersOf, textOf, wordsOf} from './parts/form-field.js';
import {formatPrice} from './parts/format.js';

const limits = ['capUsd', 'maxHours', 'leaseHours'] as const;

/** The fields that a request fills, for a new deployment or the clone of an old one. */
export function valuesOfRequest(request: Partial<DeploymentRequest>, database: Database): FormValues {
	const {template = ''} = request;
	const {clouds} = database;
	const usable = clouds.find(
		({name}) => missingImages(name, chosenTemplate({template}, database), database).length === 0,
	);
	return {
		template,
		cloud: request.cloud ?? (usable ?? clouds[0])?.name ?? '',
		...Object.fromEntries(
			database.templates.map(one => [sizeKey(one), String(request.problemSize ?? one.problemSize ?? 1)]),
		),
		...Object.fromEntries(
			[...limits, 'leaseEnds' as const, 'whenFull' as const].map(key => [key, request[key]?.toString() ?? '']),
		),
		...prefixed('type', request.types ?? {}),
		...prefixed('count', request.counts ?? {}),
		...prefixed('spot', request.spot ?? {}, isOn => (isOn ? 'yes' : 'no')),
		...prefixed('spotMaxUsd', request.spotMaxUsd ?? {}),
		...prefixed('otherTypes', request.otherTypes ?? {}, types => types.join(', ')),
	};
}

/** Each template has a field of its own: that of another begins with that one's size, and what was typed is kept. */
const sizeKey = (template: Pick<Template, 'name'> | undefined): string => `problemSize ${template?.name ?? ''}`;

function prefixed<Value>(
	kind: string,
	record: Readonly<Record<string, Value>>,
	text: (value: Value) => string = String,
): FormValues {
	return Object.fromEntries(Object.entries(record).map(([role, value]) => [`${kind} ${role}`, text(value)]));
}

/** What the fields ask for. */
export function requestOfValues(values: FormValues, database: Database): DeploymentRequest {
	const template = chosenTemplate(values, database);
	const roles = template?.roles ?? [];
	const byRole = <Value>(
		kind: string,
		read: (text: string) => Value,
		counts: (role: Role) => boolean = () => true,
	): Readonly<Record<string, Value>> =>
		Object.fromEntries(
			roles
				.filter(counts)
				.map(({name}) => [name, textOf(values, `${kind} ${name}`).trim()] as const)
				.filter(([, text]) => text !== '')
				.map(([name, text]) => [name, read(text)]),
		);
	const {spot: hasSpot, stops, builtIn} = chosenTraits(values, database);
	const spot = hasSpot ? byRole('spot', text => text === 'yes') : {};
	const spotMaxUsd = hasSpot ? byRole('spotMaxUsd', Number, role => isOnSpot(role, values)) : {};
	const leaseEnd = leaseEnds.find(end => end === textOf(values, 'leaseEnds')) ?? template?.leaseEnds ?? 'terminate';
	const otherTypes = builtIn === undefined ? byRole('otherTypes', wordsOf) : {};
	return {
		template: template?.name ?? '',
		cloud: textOf(values, 'cloud'),
		problemSize: Number(textOf(values, sizeKey(template))),
		types: byRole('type', text => text),
		counts: byRole('count', Number),
		...(Object.keys(spot).length > 0 && {spot}),
		...(Object.keys(spotMaxUsd).length > 0 && {spotMaxUsd}),
		...(Object.keys(otherTypes).length > 0 && {otherTypes}),
		...numbersOf(values, limits),
		...(builtIn !== undefined && textOf(values, 'whenFull') === 'wait' && {whenFull: 'wait' as const}),
		...(stops && leaseEnd !== (template?.leaseEnds ?? 'terminate') && {leaseEnds: leaseEnd}),
	};
}

const chosenTraits = (values: FormValues, {clouds}: Database): CloudTraits =>
	traitsOf(clouds.find(({name}) => name === textOf(values, 'cloud'))?.kind ?? 'local');

function chosenTemplate(values: FormValues, {templates}: Database) {
	return templates.find(({name}) => name === (textOf(values, 'template') || templates[0]?.name));
}

/** Of the images of a template: those that a cloud has no AMI of. */
function missingImages(cloud: string, template: Template | undefined, database: Database): readonly string[] {
	const {amis} = database;
	const images = new Set(template?.roles.map(({image}) => image));
	return [...images].filter(image =>
		namesAmi(image, database)
			? otherClouds(image, cloud, amis).length > 0
			: !amis.some(ami => ami.image === image && ami.cloud === cloud),
	);
}

/** AMIs that the chosen template names by their ids. */
export const namedAmis = (values: FormValues, database: Database): readonly string[] =>
	(chosenTemplate(values, database)?.roles ?? []).flatMap(({image}) => (namesAmi(image, database) ? [image] : []));

/** What the cloud said; left out where it has not yet. */
export type KnownTypes = {
	readonly types?: readonly InstanceType[];
	readonly images?: readonly MachineImage[];
	readonly problem: string | undefined;
};

/** The pages of the deployment wizard; on a cloud where an earlier deployment had its AMIs, those count, as for the plan. */
export function deploymentSteps(
	values: FormValues,
	database: Database,
	known: KnownTypes,
	pinned?: RoleAmis,
): readonly FormStep[] {
	const template = chosenTemplate(values, database);
	const missing = (cloud: string): string | undefined => {
		const isPinned = (image: string) =>
			template?.roles.every(role => role.image !== image || pinnedOf(role, cloud, pinned) !== undefined);
		const gone = missingImages(cloud, template, database).filter(image => !isPinned(image));
		if (gone.length === 0) return undefined;
		return gone.every(image => namesAmi(image, database))
			? `${gone.join(', ')} is in another cloud`
			: `no AMI of ${gone.join(', ')} there; migrate it first`;
	};
	return [
		{
			key: 'what',
			title: 'Template, size and cloud',
			fields: [
				{
					kind: 'choice',
					key: 'template',
					label: 'Template',
					options: database.templates.map(({name, description}) => ({value: name, label: name, detail: description})),
					initial: database.templates[0]?.name,
				},
				{
					kind: 'number',
					key: sizeKey(template),
					label: 'Problem size',
					check: positiveNumber,
					hint: 'Handed to the scripts as $D2CM_PROBLEM_SIZE.',
				},
				{
					kind: 'choice',
					key: 'cloud',
					label: 'Cloud',
					options: database.clouds.map(({name, kind}) => ({
						value: name,
						label: name,
						detail: traitsOf(kind).label,
						disabledReason: missing(name),
					})),
				},
			],
		},
		{
			key: 'roles',
			title: 'Instance types and counts',
			fields: (template?.roles ?? []).flatMap(role => [
				...roleFields(role, known, imageOf(role, values, database, known, pinned), values),
				...marketChoices(role, chosenTraits(values, database), known.types, values),
			]),
		},
		{
			key: 'limits',
			title: 'Limits',
			fields: [
				{kind: 'note', key: 'default', label: '', lines: ['Left empty, it is as the template says.']},
				...limitFields(template).filter(({key}) => key !== 'leaseEnds' || chosenTraits(values, database).stops),
				longestField(template?.maxRunMinutes ?? 0),
				...(chosenTraits(values, database).builtIn === undefined ? [] : [whenFullField]),
			],
		},
	];
}

const pinnedOf = (role: Role, cloud: string, pinned: RoleAmis | undefined): string | undefined =>
	pinned?.cloud === cloud ? ofRole(pinned.ids, role) : undefined;

/** The AMI that a role would run, as the cloud knows it. */
function imageOf(
	role: Role,
	values: FormValues,
	database: Database,
	{images = []}: KnownTypes,
	pinned: RoleAmis | undefined,
): MachineImage | undefined {
	const cloud = textOf(values, 'cloud');
	const ami = newestAmi(
		database.amis.filter(one => one.cloud === cloud),
		role.image,
	);
	const imageId = namesAmi(role.image, database) ? role.image : ami?.id;
	const before = pinnedOf(role, cloud, pinned);
	return images.find(({id}) => id === before) ?? images.find(({id}) => id === imageId);
}

function roleFields(
	{name, image, count}: Role,
	{types, problem}: KnownTypes,
	ami: MachineImage | undefined,
	values: FormValues,
): readonly Field[] {
	const key = `type ${name}`;
	const offered = fitting(types ?? [], ami);
	// Of those that do not fit only the one an earlier deployment had: it is told why it cannot be.
	const chosen = types?.find(type => type.name === textOf(values, key) && !offered.includes(type));
	const unfit = (types ?? []).length - offered.length;
	const others = unfit === 0 ? '' : ` Unfit and left out: ${unfit}.`;
	return [
		{
			kind: 'choice',
			key,
			label: roleLabel(name, 'type'),
			options: [...offered, ...(chosen ? [chosen] : [])].map(type => ({
				value: type.name,
				label: type.name,
				detail: `${type.vcpus} vCPU, ${type.memoryMib} MiB, ${type.hourlyUsd === undefined ? 'price unknown' : `${formatPrice(type.hourlyUsd)} an hour`}`,
				disabledReason: type === chosen && ami ? `the AMI ${misfit(ami, type)}` : undefined,
			})),
			initial: offered[0]?.name,
			hint:
				problem ??
				(types === undefined
					? 'Asking the cloud for its types.'
					: `Runs the ${isImageId(image) ? 'AMI' : 'image'} ${image}.${others}`),
		},
		{
			kind: 'number',
			key: `count ${name}`,
			label: roleLabel(name, 'instances'),
			placeholder: String(count),
			check: text => (text.trim() === '' ? undefined : wholeNumber(1, 200)(text)),
			hint: `Left empty: ${count}, as the template says.`,
		},
	];
}
