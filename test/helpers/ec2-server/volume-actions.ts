import type {Ec2World} from './ec2-world.js';
import {type InstanceWorld, isSeen, refuse, stateOf, volumeOf, type WorldVolume} from './instance-world.js';
import {tagSet} from './instance-xml.js';
import {filtered, pageOf, type Query} from './query.js';
import {mustBeIds} from './resource-ids.js';
import type {XmlTree} from './xml.js';

/** Those of living instances too; in pages. */
export function describeVolumes({compute}: Ec2World, query: Query): XmlTree {
	const ids = query.list('VolumeId');
	mustBeIds('vol', ids);
	const seen = [...attached(compute), ...compute.volumes.values()].filter(({madeAt}) => isSeen(compute, madeAt));
	const missing = ids.find(id => !seen.some(volume => volume.id === id));
	if (missing !== undefined) {
		throw refuse('InvalidVolume.NotFound', `The volume '${missing}' does not exist.`);
	}

	const wanted = filtered(query, seen, ['volume-id'], ({id, tags}) => [tags, {'volume-id': id}]).filter(
		({id}) => ids.length === 0 || ids.includes(id),
	);
	const {page, nextToken} = pageOf(wanted, query);
	return {
		volumeSet: page.map(({id, gib, madeAt, tags, instanceId}) => {
			const instance = compute.volumes.has(id) ? undefined : compute.instances.get(instanceId);
			return {
				volumeId: id,
				size: gib,
				volumeType: 'gp3',
				status: instance ? 'in-use' : 'available',
				createTime: new Date(madeAt).toISOString(),
				attachmentSet: instance
					? [{volumeId: id, instanceId, status: 'attached', deleteOnTermination: instance.deleteOnTermination}]
					: [],
				tagSet: tagSet(tags),
			};
		}),
		nextToken,
	};
}

export function deleteVolume({compute}: Ec2World, query: Query): XmlTree {
	const id = query.needed('VolumeId');
	mustBeIds('vol', [id]);
	if (attached(compute).some(volume => volume.id === id)) {
		throw refuse('VolumeInUse', `Volume ${id} is currently attached`);
	}

	if (!compute.volumes.delete(id)) {
		throw refuse('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
	}

	return {return: true};
}

const attached = (compute: InstanceWorld): readonly WorldVolume[] =>
	[...compute.instances.values()].filter(one => stateOf(compute, one) !== 'terminated' && !one.end).map(volumeOf);

export function describeAddresses({compute}: Ec2World, query: Query): XmlTree {
	return {
		addressesSet: filtered(query, [...compute.addresses.values()], ['allocation-id'], ({id, tags}) => [
			tags,
			{'allocation-id': id},
		]).map(({id, ip, tags, instanceId}) => ({
			allocationId: id,
			publicIp: ip,
			domain: 'vpc',
			instanceId: isBound(compute, instanceId) ? instanceId : undefined,
			tagSet: tagSet(tags),
		})),
	};
}

export function releaseAddress({compute}: Ec2World, query: Query): XmlTree {
	const address = compute.addresses.get(query.needed('AllocationId'));
	if (!address) {
		throw refuse('InvalidAllocationID.NotFound', 'The allocation ID does not exist');
	}

	if (isBound(compute, address.instanceId)) {
		throw refuse('InvalidIPAddress.InUse', `Address ${address.ip} is in use.`);
	}

	compute.addresses.delete(address.id);
	return {return: true};
}

/** An address is free again once its instance is terminated. */
function isBound(compute: InstanceWorld, instanceId: string | undefined): boolean {
	const instance = compute.instances.get(instanceId ?? '');
	return instance !== undefined && stateOf(compute, instance) !== 'terminated';
}
