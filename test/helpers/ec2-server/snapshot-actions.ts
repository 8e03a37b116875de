import type {Ec2World, WorldSnapshot} from './ec2-world.js';
import {pageOf, passes, type Query} from './query.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

/** DescribeSnapshots, in pages; what is asked for by id and not there (yet) is an error, as with Amazon. */
export function describeSnapshots(world: Ec2World, query: Query): XmlTree {
	const ids = query.list('SnapshotId');
	const shown = [...world.snapshots.values()].filter(isSeen);
	const missing = ids.find(id => !shown.some(snapshot => snapshot.id === id));
	if (missing !== undefined) {
		throw new ServiceError(400, 'InvalidSnapshot.NotFound', `The snapshot '${missing}' does not exist.`);
	}

	const wanted = shown.filter(
		snapshot =>
			(ids.length === 0 || ids.includes(snapshot.id)) &&
			passes(query.filters(), snapshot.tags, {status: snapshot.status, 'snapshot-id': snapshot.id}),
	);
	const {page, nextToken} = ids.length > 0 ? {page: wanted, nextToken: undefined} : pageOf(wanted, query);
	return {snapshotSet: page.map(snapshot => describe(world, snapshot)), nextToken};
}

export function deleteSnapshot(world: Ec2World, query: Query): XmlTree {
	const id = query.needed('SnapshotId');
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
