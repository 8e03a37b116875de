import type {DeploymentRequest} from '../actions/d2cm.js';
import type {InstanceType} from '../engine/cloud/cloud.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {Database} from '../store/database.js';
import {positiveNumber, wholeNumber} from './parts/checks.js';
import {type Field, type FormStep, type FormValues, textOf} from './parts/form-field.js';
import {formatPrice} from './parts/format.js';

/** The fields that a request fills, for a new deployment or the clone of an old one. */
export function valuesOfRequest(request: Partial<DeploymentRequest>, {clouds}: Database): FormValues {
	return {
		template: request.template ?? '',
		cloud: request.cloud ?? clouds[0]?.name ?? '',
		problemSize: request.problemSize === undefined ? '1' : String(request.problemSize),
		...prefixed('type', request.types ?? {}),
		...prefixed('count', request.counts ?? {}),
	};
}

function prefixed(kind: string, record: Readonly<Record<string, string | number>>): FormValues {
	return Object.fromEntries(Object.entries(record).map(([role, value]) => [`${kind} ${role}`, String(value)]));
}

/** What the fields ask for. */
export function requestOfValues(values: FormValues, database: Database): DeploymentRequest {
	const roles = chosenTemplate(values, database)?.roles ?? [];
	const types = roles
		.map(({name}) => [name, textOf(values, `type ${name}`)] as const)
		.filter(([, type]) => type !== '');
	const counts = roles
		.map(({name}) => [name, textOf(values, `count ${name}`).trim()] as const)
		.filter(([, count]) => count !== '')
		.map(([name, count]) => [name, Number(count)] as const);
	return {
		template: chosenTemplate(values, database)?.name ?? '',
		cloud: textOf(values, 'cloud'),
		problemSize: Number(textOf(values, 'problemSize')),
		types: Object.fromEntries(types),
		counts: Object.fromEntries(counts),
	};
}

function chosenTemplate(values: FormValues, {templates}: Database) {
	return templates.find(({name}) => name === (textOf(values, 'template') || templates[0]?.name));
}

export type KnownTypes = {readonly types: readonly InstanceType[] | undefined; readonly problem: string | undefined};

/** The pages of the deployment wizard. */
export function deploymentSteps(values: FormValues, database: Database, known: KnownTypes): readonly FormStep[] {
	const template = chosenTemplate(values, database);
	const missing = (cloud: string): string | undefined => {
		const images = new Set(template?.roles.map(({image}) => image));
		const gone = [...images].filter(image => !database.amis.some(ami => ami.image === image && ami.cloud === cloud));
		return gone.length === 0 ? undefined : `no AMI of ${gone.join(', ')} there; migrate it first`;
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
					key: 'problemSize',
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
			fields: (template?.roles ?? []).flatMap(role => roleFields(role, known)),
		},
	];
}

function roleFields(
	{name, image, count}: {readonly name: string; readonly image: string; readonly count: number},
	{types, problem}: KnownTypes,
): readonly Field[] {
	return [
		{
			kind: 'choice',
			key: `type ${name}`,
			label: `${name}: type`,
			options: (types ?? []).map(type => ({
				value: type.name,
				label: type.name,
				detail: `${type.vcpus} vCPU, ${type.memoryMib} MiB, ${formatPrice(type.hourlyUsd)} an hour`,
			})),
			initial: types?.[0]?.name,
			hint: problem ?? (types === undefined ? 'Asking the cloud for its types.' : `Runs the image ${image}.`),
		},
		{
			kind: 'number',
			key: `count ${name}`,
			label: `${name}: instances`,
			placeholder: String(count),
			check: text => (text.trim() === '' ? undefined : wholeNumber(1, 200)(text)),
			hint: `Left empty: ${count}, as the template says.`,
		},
	];
}
