import type {Ec2World} from './ec2-world.js';
import {stateOf, type WorldInstance, type WorldState} from './instance-world.js';
import type {XmlTree} from './xml.js';

export const stateXml = (name: WorldState): XmlTree => ({
	code: {pending: 0, running: 16, 'shutting-down': 32, terminated: 48}[name],
	name,
});

export const tagSet = (tags: ReadonlyMap<string, string>) => [...tags].map(([key, value]) => ({key, value}));

export function reservationXml(world: Ec2World, reservationId: string): XmlTree {
	const instances = [...world.compute.instances.values()].filter(one => one.reservationId === reservationId);
	return {
		reservationId,
		ownerId: world.ownerId,
		groupSet: [],
		instancesSet: instances.map(instance => instanceXml(world, instance)),
	};
}

export function instanceXml({compute}: Ec2World, instance: WorldInstance): XmlTree {
	const {groups} = compute;
	const state = stateOf(compute, instance);
	const {id, end, zone, type} = instance;
	const hasAddress = state === 'running' || state === 'pending';
	return {
		instanceId: id,
		imageId: instance.imageId,
		instanceState: stateXml(state),
		reason: end ? `User initiated (${new Date(end.at).toISOString()})` : '',
		...(end && {stateReason: {code: end.code, message: end.message}}),
		keyName: instance.keyName,
		amiLaunchIndex: instance.launchIndex,
		instanceType: type.name,
		launchTime: new Date(instance.launchedAt).toISOString(),
		placement: {availabilityZone: zone, tenancy: 'default'},
		// The private address is there from the start, the public one when it runs.
		privateIpAddress: hasAddress ? instance.address : undefined,
		ipAddress: state === 'running' ? instance.address : undefined,
		architecture: type.architectures[0],
		rootDeviceType: 'ebs',
		...(instance.spotUsd !== undefined && {instanceLifecycle: 'spot'}),
		clientToken: instance.clientToken,
		cpuOptions: {coreCount: type.vcpus, threadsPerCore: 1},
		metadataOptions: {state: 'applied', httpTokens: instance.httpTokens, httpEndpoint: 'enabled'},
		groupSet:
			state === 'terminated'
				? []
				: instance.groupIds.map(groupId => ({groupId, groupName: groups.get(groupId)?.name ?? ''})),
		tagSet: tagSet(instance.tags),
	};
}
