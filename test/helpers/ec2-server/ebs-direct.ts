import {createHash} from 'node:crypto';
import {digestOf} from './digest-of.js';
import {allBlocks, type Ec2World, newId, type WorldSnapshot} from './ec2-world.js';
import {invalid, ServiceError} from './service-error.js';

export const blockBytes = 524_288;

export type EbsRequest = {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Buffer;
};

export type EbsReply = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Buffer;
	readonly json?: unknown;
};

export type EbsOptions = {
	readonly keepData: boolean;
	/** New snapshots are not shown at so many first looks. */
	readonly unseen: number;
	readonly looksUntilCompleted: number;
};

type Handler = (world: Ec2World, request: EbsRequest, part: readonly string[], options: EbsOptions) => EbsReply;

const routes: ReadonlyArray<readonly [action: string, method: string, path: RegExp, handler: Handler]> = [
	['StartSnapshot', 'POST', /^\/snapshots$/, startSnapshot],
	['CompleteSnapshot', 'POST', /^\/snapshots\/completion\/([^/]+)$/, completeSnapshot],
	['PutSnapshotBlock', 'PUT', /^\/snapshots\/([^/]+)\/blocks\/(\d+)$/, putSnapshotBlock],
	['GetSnapshotBlock', 'GET', /^\/snapshots\/([^/]+)\/blocks\/(\d+)$/, getSnapshotBlock],
	['ListSnapshotBlocks', 'GET', /^\/snapshots\/([^/]+)\/blocks$/, listSnapshotBlocks],
	['ListChangedBlocks', 'GET', /^\/snapshots\/([^/]+)\/changedblocks$/, listChangedBlocks],
];

/** Amazon's EBS direct APIs, with the rules of their reference. */
export function ebsAction(request: Pick<EbsRequest, 'method' | 'path'>) {
	for (const [action, method, path, handler] of routes) {
		const match = request.method === method ? path.exec(request.path) : null;
		if (match) {
			return {
				action,
				answer: (world: Ec2World, whole: EbsRequest, options: EbsOptions) =>
					handler(world, whole, match.slice(1), options),
			};
		}
	}

	return undefined;
}

function startSnapshot(world: Ec2World, {body}: EbsRequest, _: readonly string[], options: EbsOptions): EbsReply {
	const {ClientToken: token, ...rest} = JSON.parse(body.toString()) as StartParameters;
	const parameters = JSON.stringify(rest, Object.keys(rest).toSorted()) + JSON.stringify(rest.Tags ?? []);
	const {VolumeSize = 0, ParentSnapshotId, Timeout = 60, Tags = [], Description = ''} = rest;
	const before = token === undefined ? undefined : world.startTokens.get(token);
	if (before && before.parameters !== parameters) {
		throw new ServiceError(503, 'ConflictException', 'The token was used with other parameters.');
	}

	const known = before && world.snapshots.get(before.snapshotId);
	if (known) {
		return {status: 201, json: startReply(world, known)};
	}

	if (!Number.isInteger(VolumeSize) || VolumeSize < 1 || VolumeSize > 65_536) {
		throw invalid('The volume size is not valid.', 'INVALID_VOLUME_SIZE');
	}

	if (Timeout < 10 || Timeout > 4320) {
		throw invalid('The timeout must be between 10 and 4320 minutes.', 'INVALID_PARAMETER_VALUE');
	}

	if (
		Tags.length > 50 ||
		Tags.some(({Key, Value}) => Key.length > 128 || Value.length > 256 || Key.startsWith('aws:'))
	) {
		throw invalid('A tag is not valid.', 'INVALID_TAG');
	}

	checkKey(world, rest);
	const parent = ParentSnapshotId === undefined ? undefined : findSnapshot(world, ParentSnapshotId);
	if (parent && (parent.status !== 'completed' || parent.volumeGib > VolumeSize || rest.Encrypted !== undefined)) {
		throw invalid('The parent cannot be the parent of this snapshot.', 'INVALID_SNAPSHOT_ID');
	}

	const snapshot: WorldSnapshot = {
		id: newId(world, 'snap'),
		status: 'pending',
		unseen: options.unseen,
		volumeGib: VolumeSize,
		description: Description,
		parentId: ParentSnapshotId,
		tags: new Map(Tags.map(({Key, Value}) => [Key, Value])),
		encrypted: parent?.encrypted ?? rest.Encrypted ?? false,
		kmsKeyId: parent ? parent.kmsKeyId : rest.Encrypted ? (rest.KmsKeyArn ?? ownKey(world)) : undefined,
		startedAt: new Date(),
		written: new Map(),
	};
	world.snapshots.set(snapshot.id, snapshot);
	if (token !== undefined) {
		world.startTokens.set(token, {parameters, snapshotId: snapshot.id});
	}

	return {status: 201, json: startReply(world, snapshot)};
}

/** The key with which an account encrypts where none is named. */
export const ownKey = ({ownerId}: Ec2World): string =>
	`arn:aws:kms:us-east-1:${ownerId}:key/00000000-0000-0000-0000-0000000000eb`;

function checkKey(world: Ec2World, {Encrypted = false, KmsKeyArn}: StartParameters): void {
	if (KmsKeyArn === undefined) {
		return;
	}

	if (!Encrypted) {
		throw invalid('A key is for encrypted snapshots only.', 'INVALID_PARAMETER_VALUE');
	}

	if (!/^arn:aws:kms:us-east-1:\d{12}:(?:key|alias)\/.+/.test(KmsKeyArn) || world.disabledKeys.has(KmsKeyArn)) {
		throw invalid('The key is not there, is disabled, or is in another region.', 'INVALID_KMS_KEY');
	}
}

type StartParameters = {
	ClientToken?: string;
	VolumeSize?: number;
	ParentSnapshotId?: string;
	Description?: string;
	Timeout?: number;
	Encrypted?: boolean;
	KmsKeyArn?: string;
	Tags?: Array<{Key: string; Value: string}>;
};

function startReply(world: Ec2World, {id, status, volumeGib, startedAt, parentId, tags}: WorldSnapshot) {
	return {
		SnapshotId: id,
		OwnerId: world.ownerId,
		Status: status,
		StartTime: Math.floor(startedAt.getTime() / 1000),
		VolumeSize: volumeGib,
		BlockSize: blockBytes,
		ParentSnapshotId: parentId,
		Tags: [...tags].map(([Key, Value]) => ({Key, Value})),
	};
}

function putSnapshotBlock(
	world: Ec2World,
	{headers, body}: EbsRequest,
	[id = '', index = '']: readonly string[],
	{keepData}: EbsOptions,
): EbsReply {
	const snapshot = openSnapshot(world, id);
	if (Number(headers['x-amz-data-length']) !== blockBytes || body.length !== blockBytes) {
		throw invalid(`A block has ${blockBytes} bytes, not ${body.length}.`, 'INVALID_BLOCK');
	}

	if (Number(index) >= snapshot.volumeGib * 2048) {
		throw invalid('The block is outside the volume.', 'INVALID_BLOCK');
	}

	const sha256 = digestOf(body);
	if (headers['x-amz-checksum-algorithm'] !== 'SHA256' || headers['x-amz-checksum'] !== sha256.toString('base64')) {
		throw invalid('The checksum is not that of the block.', 'INVALID_BLOCK');
	}

	snapshot.written.set(Number(index), {sha256, data: keepData ? body : undefined});
	return {
		status: 201,
		headers: {'x-amz-Checksum': sha256.toString('base64'), 'x-amz-Checksum-Algorithm': 'SHA256'},
		json: {},
	};
}

function completeSnapshot(
	world: Ec2World,
	{headers}: EbsRequest,
	[id = '']: readonly string[],
	options: EbsOptions,
): EbsReply {
	const snapshot = openSnapshot(world, id);
	if (Number(headers['x-amz-changedblockscount']) !== snapshot.written.size) {
		throw invalid(`${snapshot.written.size} blocks were written.`, 'INVALID_PARAMETER_VALUE');
	}

	const whole = createHash('sha256');
	for (const [, {sha256}] of [...snapshot.written].toSorted(([a], [b]) => a - b)) {
		whole.update(sha256);
	}

	if (headers['x-amz-checksum'] !== undefined) {
		const isLinear =
			headers['x-amz-checksum-aggregation-method'] === 'LINEAR' && headers['x-amz-checksum-algorithm'] === 'SHA256';
		if (!isLinear || headers['x-amz-checksum'] !== whole.digest('base64')) {
			throw invalid('The checksum is not that of the written blocks.', 'INVALID_PARAMETER_VALUE');
		}
	}

	snapshot.looksUntilCompleted = options.looksUntilCompleted;
	if (options.looksUntilCompleted === 0) {
		snapshot.status = 'completed';
	}

	return {status: 202, json: {Status: snapshot.status}};
}

function listSnapshotBlocks(world: Ec2World, {query}: EbsRequest, [id = '']: readonly string[]): EbsReply {
	const snapshot = completedSnapshot(world, id);
	const {page, next} = pageOf([...allBlocks(world, snapshot).keys()], query);
	return {
		status: 200,
		json: {
			Blocks: page.map(index => ({BlockIndex: index, BlockToken: blockToken(id, index)})),
			BlockSize: blockBytes,
			VolumeSize: snapshot.volumeGib,
			ExpiryTime: Math.floor(Date.now() / 1000) + 7 * 86_400,
			NextToken: next,
		},
	};
}

function listChangedBlocks(world: Ec2World, {query}: EbsRequest, [id = '']: readonly string[]): EbsReply {
	const second = completedSnapshot(world, id);
	const firstId = query.get('firstSnapshotId') ?? '';
	const first = firstId === '' ? new Map() : allBlocks(world, completedSnapshot(world, firstId));
	const changed = [...allBlocks(world, second)].filter(([index, {sha256}]) => !first.get(index)?.sha256.equals(sha256));
	const {page, next} = pageOf(
		changed.map(([index]) => index),
		query,
	);
	return {
		status: 200,
		json: {
			ChangedBlocks: page.map(index => ({
				BlockIndex: index,
				FirstBlockToken: first.has(index) ? blockToken(firstId, index) : undefined,
				SecondBlockToken: blockToken(id, index),
			})),
			BlockSize: blockBytes,
			VolumeSize: second.volumeGib,
			ExpiryTime: Math.floor(Date.now() / 1000) + 7 * 86_400,
			NextToken: next,
		},
	};
}

function getSnapshotBlock(world: Ec2World, {query}: EbsRequest, [id = '', index = '']: readonly string[]): EbsReply {
	const block = allBlocks(world, completedSnapshot(world, id)).get(Number(index));
	if (!block?.data || query.get('blockToken') !== blockToken(id, Number(index))) {
		throw invalid('There is no such block, or the token is another one.', 'INVALID_BLOCK_TOKEN');
	}

	return {
		status: 200,
		headers: {
			'x-amz-Data-Length': String(blockBytes),
			'x-amz-Checksum': block.sha256.toString('base64'),
			'x-amz-Checksum-Algorithm': 'SHA256',
		},
		body: block.data,
	};
}

function pageOf(
	indexes: readonly number[],
	query: URLSearchParams,
): {page: readonly number[]; next: string | undefined} {
	const from = query.has('pageToken')
		? Number(Buffer.from(query.get('pageToken') ?? '', 'base64').toString())
		: Number(query.get('startingBlockIndex') ?? 0);
	const most = Math.min(10_000, Math.max(100, Number(query.get('maxResults') ?? 10_000)));
	const rest = indexes.filter(index => index >= from);
	const next = rest[most];
	return {
		page: rest.slice(0, most),
		next: next === undefined ? undefined : Buffer.from(String(next)).toString('base64'),
	};
}

const blockToken = (id: string, index: number) => Buffer.from(`${id}/${index}`).toString('base64');

function findSnapshot(world: Ec2World, id: string): WorldSnapshot {
	const snapshot = world.snapshots.get(id);
	if (!snapshot) {
		throw new ServiceError(404, 'ResourceNotFoundException', `There is no ${id}.`, 'SNAPSHOT_NOT_FOUND');
	}

	return snapshot;
}

/** Pending snapshots can be written, and not be read. */
function openSnapshot(world: Ec2World, id: string): WorldSnapshot {
	const snapshot = findSnapshot(world, id);
	if (snapshot.status !== 'pending' || snapshot.looksUntilCompleted !== undefined) {
		throw invalid(`${id} is not open for writing.`, 'INVALID_SNAPSHOT_ID');
	}

	return snapshot;
}

function completedSnapshot(world: Ec2World, id: string): WorldSnapshot {
	const snapshot = findSnapshot(world, id);
	if (snapshot.status !== 'completed') {
		throw invalid(`${id} is ${snapshot.status}.`, 'INVALID_SNAPSHOT_ID');
	}

	return snapshot;
}
