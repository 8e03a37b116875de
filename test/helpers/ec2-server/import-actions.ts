import {type Ec2World, newId, type WorldImportTask} from './ec2-world.js';
import {passes, type Query} from './query.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

export type ImportRules = {
	/** Whether the account has a role `vmimport` that Amazon may assume. */
	readonly hasRole: boolean;
	/** Fails every task, in Amazon's words. */
	readonly failure?: string;
	readonly volumeGib: number;
};

const states: ReadonlyArray<readonly [message: string, progress: number]> = [
	['pending', 0],
	['downloading/converting', 19],
	['converting', 55],
	['updating', 88],
];

export function importSnapshot(world: Ec2World, query: Query, {hasRole, failure}: ImportRules): XmlTree {
	const token = query.text('ClientToken');
	const known = token === undefined ? undefined : [...world.importTasks.values()].find(t => t.clientToken === token);
	if (known) {
		return describe(world, known);
	}

	if (!hasRole) {
		throw new ServiceError(
			400,
			'InvalidParameter',
			'The service role vmimport provided does not exist or does not have sufficient permissions',
		);
	}

	const format = query.needed('DiskContainer.Format').toUpperCase();
	if (!['RAW', 'VHD', 'VMDK'].includes(format)) {
		throw new ServiceError(400, 'InvalidParameter', `Disk container format ${format} is invalid`);
	}

	const task: WorldImportTask = {
		id: newId(world, 'import-snap'),
		description: query.text('Description') ?? '',
		format,
		bucket: query.needed('DiskContainer.UserBucket.S3Bucket'),
		key: query.needed('DiskContainer.UserBucket.S3Key'),
		looks: 0,
		failure,
		snapshotId: undefined,
		clientToken: token,
	};
	world.importTasks.set(task.id, task);
	return describe(world, task);
}

export function describeImportSnapshotTasks(world: Ec2World, query: Query, {volumeGib}: ImportRules): XmlTree {
	const ids = query.list('ImportTaskId');
	const missing = ids.find(id => !world.importTasks.has(id));
	if (missing !== undefined) {
		throw new ServiceError(400, 'InvalidConversionTaskId.Malformed', `There is no task ${missing}`);
	}

	const wanted = [...world.importTasks.values()].filter(
		({id}) => (ids.length === 0 || ids.includes(id)) && passes(query.filters(), new Map(), {}),
	);
	for (const task of wanted) {
		task.looks++;
		if (task.looks >= states.length && task.failure === undefined && task.snapshotId === undefined) {
			task.snapshotId = newId(world, 'snap');
			world.snapshots.set(task.snapshotId, {
				id: task.snapshotId,
				status: 'completed',
				unseen: 0,
				volumeGib,
				description: task.description,
				parentId: undefined,
				tags: new Map(),
				encrypted: false,
				startedAt: new Date(),
				written: new Map(),
			});
		}
	}

	return {importSnapshotTaskSet: wanted.map(task => describe(world, task))};
}

function describe(
	_: Ec2World,
	{id, description, looks, failure, snapshotId, format, bucket, key}: WorldImportTask,
): XmlTree {
	const [message, progress] = states[Math.min(looks, states.length - 1)] ?? ['pending', 0];
	const hasFailed = failure !== undefined && looks >= 2;
	return {
		importTaskId: id,
		description,
		snapshotTaskDetail: {
			// A failed task is `deleted`, and says why.
			status: hasFailed ? 'deleted' : snapshotId === undefined ? 'active' : 'completed',
			statusMessage: hasFailed ? failure : snapshotId === undefined ? message : undefined,
			progress: hasFailed || snapshotId !== undefined ? undefined : progress,
			format,
			snapshotId,
			userBucket: {s3Bucket: bucket, s3Key: key},
		},
	};
}
