import type {InstanceType, SpotPrice} from '../cloud/cloud.js';
import {dollars} from '../cloud/prices/dollars.js';
import {leastSpotUsd, type Role} from '../templates/template.js';
import type {PricedType} from './deployment.js';
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

/**
The instance type of a role, or the smallest there is, and those that will do in its place.

@param spotPrices Left out: the cloud has no spot instances, and the role runs on others.
@throws {PlanError} When there is no such type.
*/
export function chooseTypes(
	role: Role,
	request: Request,
	types: readonly InstanceType[],
	spotPrices: ReadonlyMap<string, SpotPrice> | undefined,
): RoleOnTypes {
	const {cloud} = request;
	const wantsSpot = request.spot?.[role.name] ?? role.spot;
	const spot = wantsSpot && spotPrices !== undefined;
	const spotMaxUsd = checkedMost(role, request.spotMaxUsd?.[role.name]);
	const priced = (type: InstanceType) => (spot ? spotPriced(type, spotPrices) : onDemand(type));
	const chosen = chooseType(types, request.types?.[role.name], cloud);
	const wanted = [...new Set(request.otherTypes?.[role.name] ?? role.otherTypes)].filter(name => name !== chosen.name);
	const others = wanted.flatMap(name => types.find(type => type.name === name) ?? []);
	const missing = wanted.filter(name => others.every(type => type.name !== name));
	return {
		...role,
		...priced(chosen),
		spot,
		...(spotMaxUsd !== undefined && {spotMaxUsd}),
		otherTypes: others.map(({name}) => name),
		...(others.length > 0 && {others: others.map(priced)}),
		remarks: [
			...(wantsSpot && !spot ? [`${cloud} has no spot instances: ${role.name} runs on ordinary ones.`] : []),
			...(spot && spotMaxUsd !== undefined ? tooDear(role.name, spotMaxUsd, [chosen, ...others].map(priced)) : []),
			...missing.map(name => `${cloud} has no instance type ${name}, which ${role.name} names as one that will do.`),
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
	types: readonly InstanceType[],
): readonly string[] => [
	...new Set(
		roles
			.map(role => chooseTypes(role, request, types, new Map()))
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

/** The order in which types are offered; the first is taken where none is chosen. */
export const smallestFirst = (types: readonly InstanceType[]): readonly InstanceType[] =>
	types.toSorted((left, right) => left.memoryMib - right.memoryMib || left.vcpus - right.vcpus);

function chooseType(types: readonly InstanceType[], name: string | undefined, cloud: string): InstanceType {
	const [smallest] = smallestFirst(types);
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
