import type {Ec2World} from './ec2-world.js';
import {refuse} from './instance-world.js';
import {passes, type Query} from './query.js';
import type {XmlTree} from './xml.js';

/** In pages of at most 100. */
export function describeInstanceTypes({compute}: Ec2World, query: Query): XmlTree {
	const names = query.list('InstanceType');
	const {types} = compute.rules;
	const missing = names.find(name => !types.some(type => type.name === name));
	if (missing !== undefined) {
		throw refuse('InvalidInstanceType', `The following supplied instance types do not exist: [${missing}]`);
	}

	const filters = query.filters();
	const wanted = types.filter(
		({name}) => (names.length === 0 || names.includes(name)) && passes(filters, new Map(), {'instance-type': name}),
	);
	const from = Number(query.text('NextToken') ?? 0);
	const most = Math.min(100, Number(query.text('MaxResults') ?? 100));
	return {
		instanceTypeSet: wanted.slice(from, from + most).map(({name, vcpus, memoryMib, architectures, bootModes}) => ({
			instanceType: name,
			currentGeneration: true,
			vCpuInfo: {defaultVCpus: vcpus, defaultCores: vcpus, defaultThreadsPerCore: 1},
			memoryInfo: {sizeInMiB: memoryMib},
			processorInfo: {supportedArchitectures: architectures},
			supportedBootModes: bootModes,
		})),
		nextToken: from + most < wanted.length ? String(from + most) : undefined,
	};
}

export function describeInstanceTypeOfferings({compute}: Ec2World, query: Query): XmlTree {
	const {types, zones} = compute.rules;
	const byZone = query.text('LocationType') === 'availability-zone';
	const places = types.flatMap(({name, notIn}) =>
		byZone
			? zones.filter(zone => !notIn?.includes(zone)).map(location => ({name, location}))
			: [{name, location: 'us-east-1'}],
	);
	return {
		instanceTypeOfferingSet: places
			.filter(({name, location}) => passes(query.filters(), new Map(), {'instance-type': name, location}))
			.map(({name, location}) => ({
				instanceType: name,
				locationType: byZone ? 'availability-zone' : 'region',
				location,
			})),
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
