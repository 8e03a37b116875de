import type {InstanceType} from '../cloud/cloud.js';
import type {Role, Template} from '../templates/template.js';
import {costLines} from './cost-lines.js';
import type {DeployedRole, Deployment} from './deployment.js';
import {PlanError} from './plan-error.js';
import {hourlyPrice, priceLine} from './price-line.js';

export type PlanInput = {
	readonly template: Template;
	readonly request: {
		readonly cloud: string;
		readonly problemSize: number;
		/** By role name. Left out: the cloud's smallest type, the template's count. */
		readonly types?: Readonly<Record<string, string>>;
		readonly counts?: Readonly<Record<string, number>>;
		/** Left out: no cap. */
		readonly capUsd?: number | undefined;
		/** Left out: as the template has it. */
		readonly maxHours?: number | undefined;
		/** Left out: a day, which is longer than any night in which nobody can mend this machine. */
		readonly leaseHours?: number | undefined;
	};
	readonly instanceTypes: readonly InstanceType[];
	/** The AMIs of this cloud, by the name of the image they were made from; the newest counts. */
	readonly amis: ReadonlyArray<{readonly id: string; readonly image: string; readonly createdAt: string}>;
	readonly installation: string;
	readonly id: string;
	readonly now: Date;
	/** Login user of the instances. Default: root. */
	readonly user?: string;
	/** Whose charges they are: `AWS charges`. Default: Charges. */
	readonly charges?: string | undefined;
	/** How long the last run of this template took. */
	readonly expectedHours?: number | undefined;
};

export type Plan = {
	readonly deployment: Deployment;
	readonly priceLine: string;
	/** What a run would cost, and at most. */
	readonly costLines: readonly string[];
	readonly hourlyUsd: number | undefined;
};

/**
Freezes what is to be run: nothing in it changes later, whatever becomes of the template.

@throws {PlanError} When the request does not fit the template or the cloud.
*/
export function planDeployment({
	template,
	request,
	instanceTypes,
	amis,
	installation,
	id,
	now,
	user = 'root',
	charges,
	expectedHours,
}: PlanInput): Plan {
	const {cloud, problemSize, types = {}, counts = {}} = request;
	if (!Number.isFinite(problemSize)) {
		throw new PlanError('The problem size is not a number.', 'Give a number; scripts find it in D2CM_PROBLEM_SIZE.');
	}

	mustBeRoles(template, [...Object.keys(types), ...Object.keys(counts)]);
	const roles = template.roles.map((role): DeployedRole => {
		const type = chooseType(instanceTypes, types[role.name], cloud);
		return {
			...role,
			count: checkedCount(role, counts[role.name]),
			imageId: newestAmi(amis, role.image, cloud),
			instanceType: type.name,
			hourlyUsd: type.hourlyUsd,
			...(type.priceSource !== undefined && {priceSource: type.priceSource}),
			user,
		};
	});
	const deployment: Deployment = {
		id,
		template: template.name,
		launchKey: `${template.name}.${id}`,
		installation,
		createdAt: now.toISOString(),
		cloud,
		problemSize,
		roles,
		maxRunMinutes: request.maxHours === undefined ? template.maxRunMinutes : checkedHours(request.maxHours) * 60,
		...(request.maxHours !== undefined && {maxHours: request.maxHours}),
		holdMinutes: template.holdMinutes,
		...(request.capUsd !== undefined && {capUsd: checkedCap(request.capUsd, hourlyPrice(roles), cloud)}),
		leaseHours: checkedHours(request.leaseHours ?? defaultLeaseHours),
	};
	return {
		deployment,
		priceLine: priceLine(roles, cloud, charges),
		costLines: costLines(deployment, expectedHours),
		hourlyUsd: hourlyPrice(roles),
	};
}

const defaultLeaseHours = 24;

function checkedHours(hours: number): number {
	if (!(hours > 0 && hours <= 60 * 24)) {
		throw new PlanError(`${hours} hours are not possible.`, 'Give more than 0 and at most 1440.');
	}

	return hours;
}

function checkedCap(capUsd: number, rate: number | undefined, cloud: string): number {
	if (!(capUsd > 0 && Number.isFinite(capUsd))) {
		throw new PlanError(`A cap of ${capUsd} US dollars is not possible.`, 'Give more than 0.');
	}

	if (rate === undefined) {
		throw new PlanError(
			'A cap cannot be kept where a price is not known.',
			`Say what it is: d2cm price set ${cloud} TYPE USD; or leave the cap out.`,
		);
	}

	return capUsd;
}

function mustBeRoles({name, roles}: Template, asked: readonly string[]): void {
	const unknown = asked.find(role => roles.every(candidate => candidate.name !== role));
	if (unknown !== undefined) {
		throw new PlanError(
			`The template ${name} has no role ${unknown}.`,
			`Its roles are ${roles.map(role => role.name).join(', ')}.`,
		);
	}
}

function chooseType(types: readonly InstanceType[], name: string | undefined, cloud: string): InstanceType {
	const smallest = types.toSorted((left, right) => left.memoryMib - right.memoryMib || left.vcpus - right.vcpus)[0];
	const type = name === undefined ? smallest : types.find(candidate => candidate.name === name);
	if (!type) {
		throw new PlanError(
			name === undefined
				? `The cloud ${cloud} has no instance types.`
				: `The cloud ${cloud} has no instance type ${name}.`,
			`It has ${types.map(candidate => candidate.name).join(', ') || 'none'}.`,
		);
	}

	return type;
}

function checkedCount({name, count}: Role, asked: number | undefined): number {
	const chosen = asked ?? count;
	if (!Number.isInteger(chosen) || chosen < 1 || chosen > 200) {
		throw new PlanError(`Role ${name} cannot have ${chosen} instances.`, 'Ask for a whole number from 1 to 200.');
	}

	return chosen;
}

function newestAmi(amis: PlanInput['amis'], image: string, cloud: string): string {
	const newest = amis
		.filter(ami => ami.image === image)
		.toSorted((left, right) => left.createdAt.localeCompare(right.createdAt))
		.at(-1);
	if (!newest) {
		throw new PlanError(
			`The image ${image} is not in the cloud ${cloud} yet.`,
			`Migrate it first: d2cm migrate ${image} --cloud ${cloud}`,
		);
	}

	return newest.id;
}
