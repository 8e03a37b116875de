import {allPages} from '../../cloud/all-pages.js';
import {unaskedAnswer} from '../../cloud/answer-errors.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {tagsOf} from '../../cloud/ec2/owner-tags.js';
import {isShaped} from '../../cloud/ec2/shapes.js';

export type SnapshotState = {
	readonly id: string;
	readonly state: 'pending' | 'completed' | 'error' | 'other';
	/** In the cloud's words, when there are any. */
	readonly message: string | undefined;
	readonly volumeGib: number | undefined;
	readonly isEncrypted: boolean;
	/** ARN; undefined where the cloud does not say. */
	readonly kmsKeyId: string | undefined;
	readonly tags: Readonly<Record<string, string>>;
};

/** Undefined: the cloud does not know it, or not yet. */
export async function findSnapshot(
	calls: AwsCalls,
	id: string,
	signal: AbortSignal,
): Promise<SnapshotState | undefined> {
	const shown = await describeSnapshots(calls, [{Name: 'snapshot-id', Values: [id]}], signal);
	const found = shown.find(snapshot => snapshot.id === id);
	const [other] = shown;
	if (!found && other) {
		throw unaskedAnswer('snapshot', id, other.id);
	}

	return found;
}

/** Our own snapshots with this tag, whatever their state. */
export async function findTaggedSnapshots(
	calls: AwsCalls,
	[name, value]: readonly [string, string],
	signal: AbortSignal,
): Promise<readonly SnapshotState[]> {
	const shown = await describeSnapshots(calls, [{Name: `tag:${name}`, Values: [value]}], signal);
	return shown.filter(({id, tags}) => isShaped('snapshot', id) && tags[name] === value);
}

type Filter = {Name: string; Values: string[]};

async function describeSnapshots(
	calls: AwsCalls,
	Filters: Filter[],
	signal: AbortSignal,
): Promise<readonly SnapshotState[]> {
	const found = await allPages(async page =>
		calls
			.ec2(
				'DescribeSnapshots',
				async (client, {DescribeSnapshotsCommand}, options) =>
					client.send(new DescribeSnapshotsCommand({OwnerIds: ['self'], Filters, MaxResults: 1000, ...page}), options),
				signal,
			)
			.then(({Snapshots, NextToken}) => [Snapshots, NextToken]),
	);
	return found.map(({SnapshotId, State, StateMessage, VolumeSize, Encrypted = false, KmsKeyId, Tags}) => ({
		id: SnapshotId ?? '',
		state: State === 'pending' || State === 'completed' || State === 'error' ? State : 'other',
		message: StateMessage,
		volumeGib: VolumeSize,
		isEncrypted: Encrypted,
		kmsKeyId: KmsKeyId,
		tags: tagsOf(Tags),
	}));
}
