import type {Ec2World} from './ec2-world.js';
import {stateOf, type WorldInstance, type WorldState} from './instance-world.js';
import type {XmlTree} from './xml.js';

export const stateXml = (name: WorldState): XmlTree => ({
	code: {pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80}[name],
	name,
});

export const tagSet = (tags: ReadonlyMap<string, string>) => [...tags].map(([key, value]) => ({key, value}));

/** One element for all the instances of a reservation, or those of them that are asked for. */
export function reservationXml(
	world: Ec2World,
	reservationId: string,
	instances = [...world.compute.instances.values()].filter(one => one.reservationId === reservationId),
): XmlTree {
	return {
		reservationId,
		ownerId: world.ownerId,
		groupSet: [],
		instancesSet: instances.map(instance => instanceXml(world, instance)),
	};
}

/** As Amazon writes it: `User initiated (2026-11-22 10:00:00 GMT)` */
const userInitiated = (at: number) =>
	`User initiated (${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} GMT)`;

export function instanceXml({compute, images}: Ec2World, instance: WorldInstance): XmlTree {
	const {groups} = compute;
	const state = stateOf(compute, instance);
	const {id, zone, type} = instance;
	const end = instance.end ?? instance.stop;
	const hasAddress = state === 'running' || state === 'pending';
	return {
		instanceId: id,
		imageId: instance.imageId,
		instanceState: stateXml(state),
		reason: end && end.code !== 'Client.InstanceInitiatedShutdown' ? userInitiated(end.at) : '',
		...(end && {stateReason: {code: end.code, message: end.message}}),
		keyName: instance.keyName,
		amiLaunchIndex: instance.launchIndex,
		instanceType: type.name,
		launchTime: new Date(instance.startedAt).toISOString(),
		placement: {availabilityZone: zone, tenancy: 'default'},
		// The private address is there from the start, the public one when it runs.
		privateIpAddress: hasAddress ? instance.address : undefined,
		ipAddress: state === 'running' ? instance.address : undefined,
		architecture: type.architectures[0],
		rootDeviceType: images.get(instance.imageId)?.snapshotId === '' ? 'instance-store' : 'ebs',
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
