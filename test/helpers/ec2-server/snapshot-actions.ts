import type {Ec2World, WorldSnapshot} from './ec2-world.js';
import {filtered, pageOf, type Query} from './query.js';
import {mustBeIds} from './resource-ids.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

/** DescribeSnapshots, in pages; what is asked for by id and not there (yet) is an error, as with Amazon. */
export function describeSnapshots(world: Ec2World, query: Query): XmlTree {
	const ids = query.list('SnapshotId');
	mustBeIds('snap', ids);
	const shown = [...world.snapshots.values()].filter(isSeen);
	const missing = ids.find(id => !shown.some(snapshot => snapshot.id === id));
	if (missing !== undefined) {
		throw new ServiceError(400, 'InvalidSnapshot.NotFound', `The snapshot '${missing}' does not exist.`);
	}

	const wanted = filtered(query, shown, ['status', 'snapshot-id'], ({id, status, tags}) => [
		tags,
		{status, 'snapshot-id': id},
	]).filter(({id}) => ids.length === 0 || ids.includes(id));
	if (ids.length > 0 && query.text('MaxResults') !== undefined) {
		throw new ServiceError(400, 'InvalidParameterCombination', 'Snapshot IDs cannot be used with maxResults');
	}

	const {page, nextToken} = pageOf(wanted, query);
	return {snapshotSet: page.map(snapshot => describe(world, snapshot)), nextToken};
}

export function deleteSnapshot(world: Ec2World, query: Query): XmlTree {
	const id = query.needed('SnapshotId');
	mustBeIds('snap', [id]);
	if (!world.snapshots.has(id)) {
		throw new ServiceError(400, 'InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
	}

	const user = [...world.images.values()].find(({snapshotId}) => snapshotId === id);
	if (user) {
		throw new ServiceError(400, 'InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${user.id}`);
	}

	world.snapshots.delete(id);
	return {return: true};
}

/** Each look brings a sealed snapshot nearer to its end, and a new one nearer to the light. */
function isSeen(snapshot: WorldSnapshot): boolean {
	if (snapshot.looksUntilCompleted !== undefined && snapshot.status === 'pending') {
		snapshot.looksUntilCompleted--;
		if (snapshot.looksUntilCompleted < 0) {
			snapshot.status = 'completed';
		}
	}

	return snapshot.unseen-- <= 0;
}

function describe(
	{ownerId}: Ec2World,
	{id, status, volumeGib, description, tags, startedAt, encrypted, kmsKeyId}: WorldSnapshot,
) {
	return {
		snapshotId: id,
		status,
		ownerId,
		volumeSize: volumeGib,
		description,
		encrypted,
		kmsKeyId,
		startTime: startedAt.toISOString(),
		progress: status === 'completed' ? '100%' : '0%',
		tagSet: [...tags].map(([key, value]) => ({key, value})),
	};
}
