import {ownKey} from './ebs-direct.js';
import {type Ec2World, newId, type WorldImportTask} from './ec2-world.js';
import {filtered, pageOf, type Query} from './query.js';
import {type ImportSource, readImport} from './read-import.js';
import {mustBeIds} from './resource-ids.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

export type ImportRules = {
	/** Whether the account has a role `vmimport` that Amazon may assume. */
	readonly hasRole: boolean;
	/** A role that is there and trusts nobody of Amazon's. */
	readonly trustsNobody?: boolean;
	/** Fails every task, in Amazon's words. */
	readonly failure?: string;
	/** Of a snapshot, where no object is read. */
	readonly volumeGib: number;
	/** Where the object is fetched, to be converted as Amazon does it. Left out: nothing is read. */
	readonly source?: ImportSource;
	/** How many looks each state lasts. */
	readonly looksPerState?: number;
	/** How many looks do not show a new task. */
	readonly unseen?: number;
};

export const importStates: ReadonlyArray<readonly [message: string, progress: number]> = [
	['pending', 0],
	['validating', 3],
	['validated', 8],
	['downloading/converting', 19],
	['converting', 55],
	['updating', 88],
];

const firstState = importStates[0] ?? ['pending', 0];

const refuse = (code: string, message: string) => new ServiceError(400, code, message);

/** In Amazon's order: rights and dry run before anything else, then the token, then the role. */
export function importSnapshot(world: Ec2World, query: Query, rules: ImportRules): XmlTree {
	const {hasRole, trustsNobody = false, failure, source, unseen = 0} = rules;
	const token = query.text('ClientToken');
	const parameters = query.without();
	const known = token === undefined ? undefined : [...world.importTasks.values()].find(t => t.clientToken === token);
	if (known) {
		if (known.parameters !== parameters) {
			throw refuse('IdempotentParameterMismatch', 'The token was used with other parameters');
		}

		return describe(known);
	}

	const role = query.text('RoleName') ?? 'vmimport';
	if (!hasRole || trustsNobody || role !== 'vmimport') {
		throw refuse(
			'InvalidParameter',
			`The service role ${role} provided does not exist or does not have sufficient permissions`,
		);
	}

	const format = query.needed('DiskContainer.Format').toUpperCase();
	if (!['RAW', 'VHD', 'VMDK'].includes(format)) {
		throw refuse('InvalidParameter', `Disk container format ${format} is invalid`);
	}

	const encrypted = query.flag('Encrypted');
	if (query.text('KmsKeyId') !== undefined && !encrypted) {
		throw refuse('InvalidParameterCombination', 'A KMS key is for encrypted snapshots only');
	}

	const task: WorldImportTask = {
		id: newId(world, 'import-snap'),
		description: query.text('Description') ?? '',
		format,
		bucket: query.needed('DiskContainer.UserBucket.S3Bucket'),
		key: query.needed('DiskContainer.UserBucket.S3Key'),
		encrypted,
		kmsKeyId: encrypted ? (query.text('KmsKeyId') ?? ownKey(world)) : undefined,
		tags: query.tags('import-snapshot-task'),
		parameters,
		clientToken: token,
		unseen,
		looks: 0,
		status: 'active',
		state: firstState,
		failure,
		snapshotId: undefined,
		disk: source ? undefined : {volumeGib: rules.volumeGib, blocks: new Map()},
	};
	world.importTasks.set(task.id, task);
	if (source && failure === undefined) {
		readImport(source, task).then(
			disk => {
				task.disk = disk;
			},
			error => {
				task.failure = error instanceof ServiceError ? error.message : `ServerError: ${error}`;
			},
		);
	}

	return describe(task);
}

export function describeImportSnapshotTasks(world: Ec2World, query: Query, rules: ImportRules): XmlTree {
	const ids = query.list('ImportTaskId');
	mustBeIds('import-snap', ids);
	const shown = [...world.importTasks.values()].filter(task => task.unseen-- <= 0);
	const missing = ids.find(id => !shown.some(task => task.id === id));
	if (missing !== undefined) {
		throw refuse('InvalidConversionTaskId.Malformed', `There is no task ${missing}`);
	}

	const {page: wanted, nextToken} = pageOf(
		filtered(query, shown, ['task-state'], ({status, tags}) => [tags, {'task-state': status}]).filter(
			({id}) => ids.length === 0 || ids.includes(id),
		),
		query,
	);
	for (const task of wanted) {
		advance(world, task, rules.looksPerState ?? 1);
	}

	return {importSnapshotTaskSet: wanted.map(describe), nextToken};
}

export function cancelImportTask(world: Ec2World, query: Query): XmlTree {
	const task = world.importTasks.get(query.needed('ImportTaskId'));
	if (!task) {
		throw refuse('InvalidConversionTaskId.Malformed', 'There is no such task');
	}

	if (task.status !== 'active') {
		throw refuse('IncorrectState', `The task is ${task.status}`);
	}

	task.status = 'deleting';
	task.failure = 'User cancelled the task';
	return {importTaskId: task.id, previousState: 'active', state: 'deleting'};
}

/** A look brings a task on, but not past reading before the object is read. */
function advance(world: Ec2World, task: WorldImportTask, looksPerState: number): void {
	if (task.status === 'deleting') {
		task.status = 'deleted';
	} else if (task.status === 'active' && task.failure !== undefined && task.looks >= looksPerState) {
		task.status = 'deleting';
	} else if (task.status === 'active') {
		const isWaiting = task.disk === undefined && task.looks >= 4 * looksPerState;
		task.looks += isWaiting ? 0 : 1;
		if (task.disk && task.looks >= importStates.length * looksPerState) {
			task.status = 'completed';
			task.snapshotId = newId(world, 'snap');
			world.snapshots.set(task.snapshotId, {
				id: task.snapshotId,
				status: 'completed',
				unseen: 0,
				volumeGib: task.disk.volumeGib,
				// Amazon's own words; neither the description nor the tags of the task.
				description: `Created by AWS-VMImport service for ${task.id}`,
				parentId: undefined,
				tags: new Map(),
				encrypted: task.encrypted,
				kmsKeyId: task.kmsKeyId,
				startedAt: new Date(),
				written: task.disk.blocks,
			});
		}
	}

	task.state = importStates[Math.min(Math.floor(task.looks / looksPerState), importStates.length - 1)] ?? firstState;
}

function describe({
	id,
	description,
	status,
	failure,
	snapshotId,
	format,
	bucket,
	key,
	state,
	tags,
}: WorldImportTask): XmlTree {
	const [message, progress] = state;
	return {
		importTaskId: id,
		description,
		snapshotTaskDetail: {
			status,
			// Only a task that is gone says why.
			statusMessage: status === 'deleted' ? failure : status === 'active' ? message : undefined,
			progress: status === 'active' ? progress : undefined,
			format,
			snapshotId,
			userBucket: {s3Bucket: bucket, s3Key: key},
		},
		tagSet: [...tags].map(([name, value]) => ({key: name, value})),
	};
}
