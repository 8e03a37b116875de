import type {Ec2World} from './ec2-world.js';
import {refuse, spotUsdIn, type WorldInstanceType} from './instance-world.js';
import {filtered, pageOf, type Query} from './query.js';
import type {XmlTree} from './xml.js';

/** In pages of at most 100. */
export function describeInstanceTypes({compute}: Ec2World, query: Query): XmlTree {
	const names = query.list('InstanceType');
	const {types} = compute.rules;
	const missing = names.find(name => !types.some(type => type.name === name));
	if (missing !== undefined) {
		throw refuse('InvalidInstanceType', `The following supplied instance types do not exist: [${missing}]`);
	}

	const wanted = filtered(query, types, ['instance-type'], ({name}) => [new Map(), {'instance-type': name}]).filter(
		({name}) => names.length === 0 || names.includes(name),
	);
	const {page, nextToken} = pageOf(wanted, query, {most: 100});
	return {instanceTypeSet: page.map(typeXml), nextToken};
}

const typeXml = ({name, vcpus, memoryMib, ...type}: WorldInstanceType): XmlTree => ({
	instanceType: name,
	currentGeneration: true,
	supportedUsageClasses: type.usageClasses,
	supportedRootDeviceTypes: type.rootDevices,
	supportedVirtualizationTypes: type.virtualizations,
	vCpuInfo: {defaultVCpus: vcpus, defaultCores: vcpus, defaultThreadsPerCore: 1},
	memoryInfo: {sizeInMiB: memoryMib},
	processorInfo: {supportedArchitectures: type.architectures},
	supportedBootModes: type.bootModes,
	networkInfo: type.ena === undefined ? undefined : {enaSupport: type.ena},
});

export function describeInstanceTypeOfferings({compute}: Ec2World, query: Query): XmlTree {
	const {types, zones} = compute.rules;
	const type =
		query.oneOf('LocationType', ['region', 'availability-zone', 'availability-zone-id', 'outpost']) ?? 'region';
	if (type !== 'region' && type !== 'availability-zone') {
		throw refuse('UnsupportedOperation', `Offerings by ${type} are not known here.`);
	}

	const byZone = type === 'availability-zone';
	const places = types.flatMap(({name, notIn}) =>
		byZone
			? zones.filter(zone => !notIn?.includes(zone)).map(location => ({name, location}))
			: [{name, location: 'us-east-1'}],
	);
	const wanted = filtered(query, places, ['instance-type', 'location'], ({name, location}) => [
		new Map(),
		{'instance-type': name, location},
	]);
	const {page, nextToken} = pageOf(wanted, query);
	return {
		instanceTypeOfferingSet: page.map(({name, location}) => ({instanceType: name, locationType: type, location})),
		nextToken,
	};
}

/** From now to now only: the price that holds in each zone. In pages. */
export function describeSpotPriceHistory({compute}: Ec2World, query: Query): XmlTree {
	const {rules} = compute;
	const [from, to] = [query.needed('StartTime'), query.needed('EndTime')].map(Date.parse);
	if (from !== to || query.list('ProductDescription').join(' ') !== 'Linux/UNIX') {
		throw refuse('InvalidParameterValue', 'Only what a Linux costs now is known here.');
	}

	const wanted = query.list('InstanceType');
	const prices = rules.types
		.filter(({name}) => wanted.includes(name))
		.flatMap(type =>
			rules.zones.flatMap(zone => {
				const usd = type.notIn?.includes(zone) ? undefined : spotUsdIn(rules, type, zone);
				return usd === undefined ? [] : [{type: type.name, zone, usd}];
			}),
		);
	const {page, nextToken} = pageOf(prices, query, {atOnce: rules.mostPerPage});
	return {
		spotPriceHistorySet: page.map(({type, zone, usd}) => ({
			instanceType: type,
			productDescription: 'Linux/UNIX',
			spotPrice: usd.toFixed(6),
			timestamp: new Date(rules.now() - 3_600_000).toISOString(),
			availabilityZone: zone,
		})),
		nextToken: nextToken ?? '',
	};
}

export function describeAvailabilityZones({compute}: Ec2World): XmlTree {
	return {
		availabilityZoneInfo: compute.rules.zones.map(zoneName => ({
			zoneName,
			zoneState: 'available',
			zoneType: 'availability-zone',
			regionName: 'us-east-1',
		})),
	};
}
