import type {D2cm, DeploymentRequest} from '../actions/d2cm.js';
import {AppError} from '../engine/errors/app-error.js';
import type {Call, OptionSpec} from './command.js';
import {deploymentOptions, readCounts, readLimits, readMarket, readSize, readTypes} from './deployment-options.js';

const {yes: _yes, 'unknown-price': _price, detach: _detach, ...chosen} = deploymentOptions;

/** What `clone` and `change` share. */
export const changeOptions = {
	cloud: {value: 'NAME', help: 'another cloud'},
	size: {value: 'N', help: 'another problem size'},
	...chosen,
	'template-now': {help: 'take roles, scripts and AMIs as the template and its images have them now'},
} as const satisfies Record<string, OptionSpec>;

/** For the help of both. */
export const limitsDetail =
	'A limit that was given before is taken back by the word `template`, as in --cap template: then it is as the template has it.';

/** A request with the changes that were asked for; what is not given is as it was. */
export async function changedRequest(
	d2cm: D2cm,
	{request: before, template}: {readonly request: DeploymentRequest; readonly template: {readonly name: string}},
	{options, output}: Pick<Call, 'options' | 'output'>,
): Promise<DeploymentRequest> {
	const cloud = options.value('cloud') ?? before.cloud;
	const {spot, otherTypes, spotMaxUsd} = readMarket(options);
	const types = {...before.types, ...readTypes(options)};
	const gone = cloud === before.cloud ? [] : await typesWithout(d2cm, cloud, readTypes(options), before);
	for (const role of gone) {
		output.remark(`${cloud} has no ${types[role]}: ${role} gets the smallest type there that its AMI starts on.`);
	}

	return {
		...before,
		template: template.name,
		rolesOf: options.has('template-now') ? undefined : before.rolesOf,
		cloud,
		...readSize(options),
		types: Object.fromEntries(Object.entries(types).filter(([role]) => !gone.includes(role))),
		counts: {...before.counts, ...readCounts(options)},
		spot: {...before.spot, ...spot},
		otherTypes: {...before.otherTypes, ...otherTypes},
		spotMaxUsd: {...before.spotMaxUsd, ...spotMaxUsd},
		...readLimits(options),
	};
}

/** The roles whose type was chosen for another cloud and is none of this one. Not known, it is left to the plan. */
async function typesWithout(
	d2cm: D2cm,
	cloud: string,
	asked: Readonly<Record<string, string>>,
	{types = {}}: DeploymentRequest,
): Promise<readonly string[]> {
	const offered = await d2cm.instanceTypes(cloud).catch((error: unknown) => {
		if (error instanceof AppError) {
			return undefined;
		}

		throw error;
	});
	return Object.entries(types)
		.filter(([role, type]) => !Object.hasOwn(asked, role) && offered?.every(({name}) => name !== type))
		.map(([role]) => role);
}
