import type {InstanceType, MachineImage, SpotPrice} from '../cloud/cloud.js';
import type {ImageTraits} from '../cloud/misfit.js';
import {priceTable} from '../cloud/prices/with-prices.js';
import type {LeaseEnd, Role, Template, WhenFull} from '../templates/template.js';
import {asDearest} from './as-reserved.js';
import {chooseTypes, type Offer, typesOnSpot} from './choose-types.js';
import {costLines} from './cost-lines.js';
import type {DeployedRole, Deployment} from './deployment.js';
import {chooseLeaseEnds} from './lease/choose-lease-ends.js';
import {newestAmi} from './newest-ami.js';
import {ofRole} from './of-role.js';
import {PlanError} from './plan-error.js';
import {hourlyPrice, priceLine} from './price-line.js';

export type PlanInput = {
	readonly template: Template;
	readonly request: {
		readonly cloud: string;
		/** Left out: as the template has it. */
		readonly problemSize?: number | undefined;
		/** By role name. Left out: the cloud's smallest type that the AMI starts on, the template's count. */
		readonly types?: Readonly<Record<string, string>> | undefined;
		readonly counts?: Readonly<Record<string, number>> | undefined;
		/** By role name: whether on spot instances, and which other types will do. Left out: as the template has it. */
		readonly spot?: Readonly<Record<string, boolean>> | undefined;
		readonly otherTypes?: Readonly<Record<string, readonly string[]>> | undefined;
		/** By role name: the most a spot instance may cost an hour. Left out: as the template has it. */
		readonly spotMaxUsd?: Readonly<Record<string, number>> | undefined;
		/** Left out: as the template has it. */
		readonly capUsd?: number | undefined;
		/** Left out: as the template has it. */
		readonly maxHours?: number | undefined;
		/** Left out: as the template has it. */
		readonly leaseHours?: number | undefined;
		/** Left out: as the template has it. */
		readonly leaseEnds?: LeaseEnd | undefined;
		/** Left out: refuse. */
		readonly whenFull?: WhenFull | undefined;
	};
	readonly instanceTypes: readonly InstanceType[];
	/** Left out: the cloud has no spot instances. */
	readonly spotPrices?: ReadonlyMap<string, SpotPrice> | undefined;
	/** The AMIs of this cloud, by the name of the image they were made from; the newest counts. */
	readonly amis: ReadonlyArray<{readonly id: string; readonly image: string; readonly createdAt: string}>;
	/** By role name: the AMI it runs, whatever is newer. */
	readonly pinned?: Readonly<Record<string, string>> | undefined;
	/** What the cloud says of the AMIs. */
	readonly images?: ReadonlyArray<Pick<MachineImage, 'id' | 'keptUsd' | 'platform'> & ImageTraits>;
	/** By AMI, who may be the login user of one that is not ours. Left out: root. */
	readonly logins?: Readonly<Record<string, readonly string[]>> | undefined;
	/** Whether the cloud can start instances again that have stopped. Default: no. */
	readonly canStop?: boolean;
	readonly installation: string;
	readonly id: string;
	readonly now: Date;
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
	/** Undefined when any price is unknown, also of a type that may be had in place of another. */
	readonly hourlyUsd: number | undefined;
	/** What of the template does not hold on this cloud. */
	readonly remarks: readonly string[];
};

/**
Freezes what is to be run: nothing in it changes later, whatever becomes of the template.

@throws {PlanError} When the request does not fit the template or the cloud.
*/
export function planDeployment({
	template,
	request,
	instanceTypes,
	spotPrices,
	amis,
	pinned,
	images = [],
	canStop = false,
	installation,
	id,
	now,
	logins = {},
	charges,
	expectedHours,
}: PlanInput): Plan {
	const problemSize = checkRequest(template, request);
	const {cloud, counts = {}} = request;
	const {capUsd = template.capUsd, leaseHours = template.leaseHours ?? defaultLeaseHours} = request;
	const {leaseEnds = template.leaseEnds} = request;
	const offerFor = offers({request, instanceTypes, amis, pinned, images});
	const chosen = template.roles.map(role => chooseTypes(role, request, spotOffer(offerFor(role), spotPrices)));
	const typed = chosen.map(({remarks: _, ...role}): DeployedRole => {
		const imageId = amiOf(role, {amis, pinned}, cloud);
		return {
			...role,
			count: checkedCount(role, ofRole(counts, role)),
			imageId,
			logins: role.user === undefined ? (logins[imageId] ?? ['root']) : [role.user],
		};
	});
	const {roles, remarks} = chooseLeaseEnds(typed, {cloud, leaseEnds, canStop, images});
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
		...(capUsd !== undefined && {capUsd: checkedCap(capUsd, asDearest(roles), cloud)}),
		leaseHours: checkedHours(leaseHours),
		...(leaseEnds !== undefined && {leaseEnds}),
		...(request.whenFull !== undefined && {whenFull: request.whenFull}),
	};
	return {
		deployment,
		priceLine: priceLine(roles, cloud, charges),
		costLines: costLines(deployment, expectedHours),
		hourlyUsd: hourlyPrice(asDearest(roles)) === undefined ? undefined : hourlyPrice(roles),
		remarks: [...chosen.flatMap(one => one.remarks), ...remarks],
	};
}

/**
Checks what can be checked without the cloud.

@returns The problem size.
@throws {PlanError} When the request does not fit the template.
*/
export function checkRequest(template: Template, request: PlanInput['request']): number {
	const {types = {}, counts = {}, spot = {}, otherTypes = {}, spotMaxUsd = {}} = request;
	const {problemSize = template.problemSize} = request;
	if (problemSize === undefined) {
		throw new PlanError(
			`The template ${template.name} has no problem size of its own, and none is given.`,
			'Give one (--size N), or write one into the template; scripts find it in D2CM_PROBLEM_SIZE.',
		);
	}

	if (!Number.isFinite(problemSize)) {
		throw new PlanError('The problem size is not a number.', 'Give a number; scripts find it in D2CM_PROBLEM_SIZE.');
	}

	mustBeRoles(template, [types, counts, spot, otherTypes, spotMaxUsd].flatMap(Object.keys));
	for (const role of template.roles) {
		checkedCount(role, ofRole(counts, role));
	}

	for (const hours of [request.maxHours, request.leaseHours]) {
		if (hours !== undefined) checkedHours(hours);
	}

	return problemSize;
}

/** A day, which is longer than any night in which nobody can mend this machine. */
const defaultLeaseHours = 24;

function checkedHours(hours: number): number {
	if (!(hours > 0 && hours <= 60 * 24)) {
		throw new PlanError(`${hours} hours are not possible.`, 'Give more than 0 and at most 1440.');
	}

	return hours;
}

function checkedCap(capUsd: number, roles: readonly DeployedRole[], cloud: string): number {
	if (!(capUsd > 0 && Number.isFinite(capUsd))) {
		throw new PlanError(`A cap of ${capUsd} US dollars is not possible.`, 'Give more than 0.');
	}

	const unpriced = [...new Set(roles.filter(role => role.hourlyUsd === undefined).map(role => role.instanceType))];
	if (unpriced.length > 0) {
		throw new PlanError(
			`A cap cannot be kept where a price is not known, and on ${cloud} that of ${unpriced.join(', ')} is not.`,
			`Say what it is (Clouds, p; or d2cm price set ${cloud} ${unpriced[0]} USD), or leave the cap out.`,
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

function checkedCount({name, count}: Role, asked: number | undefined): number {
	const chosen = asked ?? count;
	if (!Number.isInteger(chosen) || chosen < 1 || chosen > 200) {
		throw new PlanError(`Role ${name} cannot have ${chosen} instances.`, 'Ask for a whole number from 1 to 200.');
	}

	return chosen;
}

/** The types whose spot prices a plan needs. */
export const typesToPrice = (input: OfferInput & Pick<PlanInput, 'template'>): readonly string[] =>
	typesOnSpot(input.template.roles, input.request, offers(input));

type OfferInput = Pick<PlanInput, 'request' | 'instanceTypes' | 'amis' | 'pinned' | 'images'>;

function offers({request, instanceTypes: types, images = [], ...known}: OfferInput): (role: Role) => Offer {
	return role => {
		const imageId = amiOf(role, known, request.cloud);
		const image = images.find(({id}) => id === imageId);
		return {types: image?.platform === undefined ? types : types.map(unlessForLinux), image};
	};
}

/** Lists have the prices of Linux; what costs more by the hour may have one in the user's own table. */
const unlessForLinux = (type: InstanceType): InstanceType =>
	type.priceSource === priceTable ? type : {...type, hourlyUsd: undefined};

const spotOffer = (offer: Offer, spotPrices: PlanInput['spotPrices']): Offer => ({
	...offer,
	spotPrices: spotPrices && offer.image?.platform !== undefined ? new Map() : spotPrices,
});

/** @throws {PlanError} */
function amiOf(role: Role, {amis, pinned}: Pick<PlanInput, 'amis' | 'pinned'>, cloud: string): string {
	const {image} = role;
	const known = ofRole(pinned, role) ?? newestAmi(amis, image)?.id;
	if (known === undefined) {
		throw new PlanError(
			`The image ${image} is not in the cloud ${cloud} yet.`,
			`Migrate it first: d2cm migrate ${image} --cloud ${cloud}`,
		);
	}

	return known;
}
