import type {Ec2World} from './ec2-world.js';
import {
	endInstance,
	isRemembered,
	isSeen,
	refuse,
	stateOf,
	stopInstance,
	type WorldInstance,
} from './instance-world.js';
import {reservationXml, stateXml} from './instance-xml.js';
import {filtered, pageOf, type Query} from './query.js';
import {mustBeIds} from './resource-ids.js';
import {switchOn} from './run-instances.js';
import type {XmlTree} from './xml.js';

/** In pages; what is asked for by id and not seen (yet) is an error, as with Amazon. */
export function describeInstances(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const ids = query.list('InstanceId');
	const seen = seenInstances(world);
	findAll(ids, seen);
	const wanted = filtered(query, seen, instanceFilters, instance => {
		const state = stateOf(compute, instance);
		// An ended instance is in no group any more.
		const groupId = state === 'terminated' ? '' : (instance.groupIds[0] ?? '');
		return [
			instance.tags,
			{
				'instance-id': instance.id,
				'instance-state-name': state,
				'client-token': instance.clientToken,
				'instance-lifecycle': instance.spotUsd === undefined ? '' : 'spot',
				'key-name': instance.keyName ?? '',
				'instance.group-id': groupId,
				'instance.group-name': compute.groups.get(groupId)?.name ?? '',
			},
		];
	}).filter(({id}) => ids.length === 0 || ids.includes(id));
	if (ids.length > 0 && query.text('MaxResults') !== undefined) {
		throw refuse('InvalidParameterCombination', 'The parameter instancesSet cannot be used with maxResults');
	}

	const {page, nextToken} = pageOf(wanted, query, {atOnce: compute.rules.mostPerPage});
	return {
		reservationSet: [...Map.groupBy(page, one => one.reservationId)].map(([id, instances]) =>
			reservationXml(world, id, instances),
		),
		nextToken,
	};
}

const instanceFilters = [
	'instance-id',
	'instance-state-name',
	'client-token',
	'instance-lifecycle',
	'key-name',
	'instance.group-id',
	'instance.group-name',
] as const;

/** All or none: an id that is not known ends the request before anything has happened. One that is protected keeps its zone alive. */
export function terminateInstances(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const wanted = findAll(neededIds(query), seenInstances(world));
	const kept = wanted.filter(one => one.isProtected && !one.end);
	const reply = changed(
		world,
		wanted.filter(({zone}) => kept.every(one => one.zone !== zone)),
		instance => endInstance(compute, instance, 'Client.UserInitiatedShutdown', 'User initiated shutdown'),
	);
	if (kept[0]) {
		throw refuse(
			'OperationNotPermitted',
			`The instance '${kept[0].id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
		);
	}

	return reply;
}

/** What runs stays as it is; what is stopping cannot be started yet. The limits and the room are those of a launch. */
export function startInstances(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const {rules} = compute;
	const wanted = findAll(neededIds(query), seenInstances(world));
	const stopped = wanted.filter(one => !['running', 'pending'].includes(stateOf(compute, one)));
	const bad = stopped.find(one => stateOf(compute, one) !== 'stopped');
	if (bad) {
		throw refuse('IncorrectInstanceState', `The instance '${bad.id}' is not in a state from which it can be started.`);
	}

	const running = [...compute.instances.values()].filter(
		one => one.spotUsd === undefined && ['running', 'pending'].includes(stateOf(compute, one)),
	);
	const vcpus = [...running, ...stopped].reduce((sum, {type}) => sum + type.vcpus, 0);
	if (stopped.length > 0 && vcpus > rules.mostVcpus) {
		throw refuse('VcpuLimitExceeded', `You have requested more vCPU capacity than your limit of ${rules.mostVcpus}.`);
	}

	for (const {zone} of stopped) {
		const room = rules.room.get(zone);
		if (room !== undefined && room < 1) {
			throw refuse('InsufficientInstanceCapacity', `Insufficient capacity in ${zone}.`, 500);
		}
	}

	return changed(world, wanted, instance => {
		if (instance.stop) {
			instance.stop = undefined;
			instance.startedAt = rules.now();
			switchOn(compute, instance);
		}
	});
}

/** What has its disk elsewhere than in EBS, and spot instances that were asked for once, cannot be stopped. */
export function stopInstances(world: Ec2World, query: Query): XmlTree {
	const {compute, images} = world;
	const wanted = findAll(neededIds(query), seenInstances(world));
	const unable = wanted.find(({imageId, spotUsd}) => spotUsd !== undefined || images.get(imageId)?.snapshotId === '');
	if (unable) {
		throw refuse('UnsupportedOperation', `The instance '${unable.id}' cannot be stopped.`);
	}

	const bad = wanted.find(one => !['running', 'stopping', 'stopped'].includes(stateOf(compute, one)));
	if (bad) {
		throw refuse('IncorrectInstanceState', `The instance '${bad.id}' is not in a state from which it can be stopped.`);
	}

	return changed(world, wanted, instance => {
		if (!instance.stop) {
			stopInstance(compute, instance, 'Client.UserInitiatedShutdown', 'User initiated shutdown');
		}
	});
}

function changed(
	{compute}: Ec2World,
	wanted: readonly WorldInstance[],
	change: (instance: WorldInstance) => void,
): XmlTree {
	return {
		instancesSet: wanted.map(instance => {
			const before = stateOf(compute, instance);
			change(instance);
			return {
				instanceId: instance.id,
				previousState: stateXml(before),
				currentState: stateXml(stateOf(compute, instance)),
			};
		}),
	};
}

export function getConsoleOutput(world: Ec2World, query: Query): XmlTree {
	const [instance] = findAll([query.needed('InstanceId')], seenInstances(world));
	return {
		instanceId: instance?.id,
		timestamp: new Date(world.compute.rules.now()).toISOString(),
		output: Buffer.from(instance ? world.compute.machines.console(instance.id) : '').toString('base64'),
	};
}

const seenInstances = ({compute}: Ec2World) =>
	[...compute.instances.values()].filter(one => isSeen(compute, one.launchedAt) && isRemembered(compute, one));

function neededIds(query: Query): readonly string[] {
	query.needed('InstanceId.1');
	return query.list('InstanceId');
}

function findAll(ids: readonly string[], seen: readonly WorldInstance[]): readonly WorldInstance[] {
	mustBeIds('i', ids);
	const seenIds = new Set(seen.map(({id}) => id));
	const missing = ids.filter(id => !seenIds.has(id));
	if (missing.length > 0) {
		const what = missing.length === 1 ? `ID '${missing[0]}' does` : `IDs '${missing.join(', ')}' do`;
		throw refuse('InvalidInstanceID.NotFound', `The instance ${what} not exist`);
	}

	return seen.filter(({id}) => ids.includes(id));
}
