import {roleSchema, type Template, templateSchema} from '../templates/template.js';
import type {Deployment} from './deployment.js';
import type {PlanInput} from './plan.js';

/** What a deployment runs, whatever becomes of the template that it was made from. */
export type Configuration = {
	readonly template: Template;
	/** Left out: the newest of each image. */
	readonly amis?: RoleAmis | undefined;
};

/** The AMIs of roles. They say nothing about other clouds. */
export type RoleAmis = {
	readonly cloud: string;
	/** By role name. */
	readonly ids: Readonly<Record<string, string>>;
};

export function configurationOf({template, cloud, roles, maxRunMinutes, holdMinutes}: Deployment): Configuration {
	return {
		template: templateSchema.parse({
			name: template,
			// What older versions wrote was not the template's.
			roles: roles.map(({user, ...role}) => ({
				...roleSchema.strip().parse(role),
				...(role.logins && user !== undefined && {user}),
			})),
			maxRunMinutes,
			holdMinutes,
		}),
		amis: {cloud, ids: Object.fromEntries(roles.map(({name, imageId}) => [name, imageId]))},
	};
}

/** What was asked for, beside what a deployment runs. */
export function requestOf(deployment: Deployment): PlanInput['request'] {
	const {cloud, problemSize, roles, capUsd, leaseHours, leaseEnds, maxHours, whenFull} = deployment;
	const mosts = roles.flatMap(({name, spotMaxUsd}) => (spotMaxUsd === undefined ? [] : [[name, spotMaxUsd] as const]));
	return {
		cloud,
		problemSize,
		types: Object.fromEntries(roles.map(role => [role.name, role.instanceType])),
		counts: Object.fromEntries(roles.map(role => [role.name, role.count])),
		spot: Object.fromEntries(roles.map(role => [role.name, role.spot])),
		otherTypes: Object.fromEntries(roles.map(role => [role.name, role.otherTypes])),
		...(mosts.length > 0 && {spotMaxUsd: Object.fromEntries(mosts)}),
		...(capUsd !== undefined && {capUsd}),
		...(maxHours !== undefined && {maxHours}),
		...(leaseHours !== undefined && {leaseHours}),
		...(leaseEnds !== undefined && {leaseEnds}),
		...(whenFull !== undefined && {whenFull}),
	};
}
