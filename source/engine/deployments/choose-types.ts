import type {InstanceType, MachineImage, SpotPrice} from '../cloud/cloud.js';
import {type ImageTraits, misfit} from '../cloud/misfit.js';
import {dollars} from '../cloud/prices/dollars.js';
import {leastSpotUsd, type Role} from '../templates/template.js';
import type {PricedType} from './deployment.js';
import {ofRole} from './of-role.js';
import type {PlanInput} from './plan.js';
import {PlanError} from './plan-error.js';

type Request = Pick<PlanInput['request'], 'cloud' | 'types' | 'spot' | 'otherTypes' | 'spotMaxUsd'>;

/** A role on the instance types it gets, at their prices. */
export type RoleOnTypes = Role &
	PricedType & {
		readonly others?: readonly PricedType[];
		/** What of the template does not hold on this cloud. */
		readonly remarks: readonly string[];
	};

/** What there is to choose from. */
export type Offer = {
	readonly types: readonly InstanceType[];
	/** Left out: the cloud has no spot instances, and the role runs on others. */
	readonly spotPrices?: ReadonlyMap<string, SpotPrice> | undefined;
	/** The AMI of the role. Left out: not known, and every type fits it. */
	readonly image?: OfferedImage | undefined;
};

export type OfferedImage = ImageTraits & Pick<MachineImage, 'id' | 'platform'>;

/**
The instance type of a role, or the smallest that its AMI starts on, and those that will do in its place. Whether one that
was chosen fits, the cloud is asked.

@throws {PlanError} When there is no such type.
*/
export function chooseTypes(role: Role, request: Request, {types, spotPrices, image}: Offer): RoleOnTypes {
	const {cloud} = request;
	const wantsSpot = ofRole(request.spot, role) ?? role.spot;
	const spot = wantsSpot && spotPrices !== undefined;
	const spotMaxUsd = checkedMost(role, ofRole(request.spotMaxUsd, role));
	const priced = (type: InstanceType) => (spot ? spotPriced(type, spotPrices) : onDemand(type));
	const whyNot = (type: InstanceType) => unfit(type, image) ?? (spot ? notOnSpot(type) : undefined);
	const named = ofRole(request.types, role);
	const chosen = named === undefined ? smallestFit(role, types, whyNot, cloud) : namedType(types, named, cloud);
	const wanted = [...new Set(ofRole(request.otherTypes, role) ?? role.otherTypes)].filter(name => name !== chosen.name);
	const there = wanted.flatMap(name => types.find(type => type.name === name) ?? []);
	const others = there.filter(type => whyNot(type) === undefined);
	const missing = wanted.filter(name => there.every(type => type.name !== name));
	return {
		...role,
		...priced(chosen),
		spot,
		...(spotMaxUsd !== undefined && {spotMaxUsd}),
		otherTypes: others.map(({name}) => name),
		...(others.length > 0 && {others: others.map(priced)}),
		remarks: [
			...(wantsSpot && !spot ? [`${cloud} has no spot instances: ${role.name} runs on ordinary ones.`] : []),
			...(!wantsSpot && ofRole(request.spotMaxUsd, role) !== undefined
				? [`${role.name} does not run on spot instances: what one may cost at most there has no effect.`]
				: []),
			...(spot && spotMaxUsd !== undefined ? tooDear(role.name, spotMaxUsd, [chosen, ...others].map(priced)) : []),
			...missing.map(name => `${cloud} has no instance type ${name}, which ${role.name} names as one that will do.`),
			...there.flatMap(type => whyNot(type) ?? []).map(why => `${why} It is not tried for ${role.name}.`),
		],
	};
}

/** @throws {PlanError} */
function checkedMost({name, spotMaxUsd}: Role, asked: number | undefined): number | undefined {
	if (asked !== undefined && !(asked > leastSpotUsd && Number.isFinite(asked))) {
		throw new PlanError(
			`A spot instance of ${name} for ${asked} US dollars per hour at most is not possible.`,
			`Give more than ${leastSpotUsd}.`,
		);
	}

	return asked ?? spotMaxUsd;
}

/** What would be refused at the prices of now. */
const tooDear = (role: string, most: number, types: readonly PricedType[]): readonly string[] =>
	types
		.filter(({hourlyUsd = 0}) => hourlyUsd > most)
		.map(
			({instanceType, hourlyUsd = 0}) =>
				`${instanceType} costs up to ${dollars(hourlyUsd)} per hour on spot now, and ${role} may have it for ${dollars(most)} at most.`,
		);

/** The types whose spot prices a plan needs. */
export const typesOnSpot = (
	roles: readonly Role[],
	request: Request,
	offerFor: (role: Role) => Offer,
): readonly string[] => [
	...new Set(
		roles
			.map(role => chooseTypes(role, request, {...offerFor(role), spotPrices: new Map()}))
			.flatMap(({spot, instanceType, otherTypes}) => (spot ? [instanceType, ...otherTypes] : [])),
	),
];

const onDemand = ({name, hourlyUsd, priceSource}: InstanceType): PricedType => ({
	instanceType: name,
	hourlyUsd,
	...(priceSource !== undefined && {priceSource}),
});

function spotPriced({name}: InstanceType, prices: ReadonlyMap<string, SpotPrice>): PricedType {
	const price = prices.get(name);
	return {
		instanceType: name,
		hourlyUsd: price?.hourlyUsd,
		...(price && {priceSource: `the spot prices of ${price.at.slice(0, 16).replace('T', ' ')} UTC`}),
	};
}

const smallestFirst = (types: readonly InstanceType[]): readonly InstanceType[] =>
	types.toSorted((left, right) => left.memoryMib - right.memoryMib || left.vcpus - right.vcpus);

/** The types that an AMI may start on, in the order in which they are offered: the first is taken where none is chosen. */
export const fitting = (types: readonly InstanceType[], image: OfferedImage | undefined): readonly InstanceType[] =>
	smallestFirst(types).filter(type => unfit(type, image) === undefined);

/** In a sentence. */
function unfit(type: InstanceType, image: OfferedImage | undefined): string | undefined {
	const why = image && misfit(image, type);
	return why && `The AMI ${image.id} ${why}.`;
}

const notOnSpot = ({name, supports}: InstanceType): string | undefined =>
	supports?.spot === false ? `There are no spot instances of ${name}.` : undefined;

/** @throws {PlanError} */
function smallestFit(
	{name, image}: Role,
	types: readonly InstanceType[],
	whyNot: (type: InstanceType) => string | undefined,
	cloud: string,
): InstanceType {
	const inOrder = smallestFirst(types);
	const [smallest] = inOrder;
	if (!smallest) {
		throw new PlanError(`The cloud ${cloud} has no instance types.`, 'It has none.');
	}

	const fit = inOrder.find(type => whyNot(type) === undefined);
	if (!fit) {
		throw new PlanError(
			`The cloud ${cloud} has no instance type for ${name}. ${whyNot(smallest)}`,
			`Choose another cloud, or another image than ${image}.`,
		);
	}

	return fit;
}

/** @throws {PlanError} */
function namedType(types: readonly InstanceType[], name: string, cloud: string): InstanceType {
	const type = types.find(candidate => candidate.name === name);
	if (!type) {
		throw new PlanError(`The cloud ${cloud} has no instance type ${name}.`, whatIsThere(types, name, cloud));
	}

	return type;
}

const mostNamed = 12;

/** All of a few types; of many those of the same family, as Amazon has hundreds. */
function whatIsThere(types: readonly InstanceType[], wanted: string, cloud: string): string {
	const names = types.map(({name}) => name);
	const [family = ''] = wanted.split('.');
	const alike = names.filter(name => name.split('.')[0] === family);
	if (names.length <= mostNamed) return `It has ${names.join(', ') || 'none'}.`;
	return alike.length > 0
		? `Of ${family} it has ${alike.join(', ')}.`
		: `It has ${names.length} others: \`d2cm price list ${cloud}\` shows them.`;
}
