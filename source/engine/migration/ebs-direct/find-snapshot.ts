import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';

export type SnapshotState = {
	readonly id: string;
	readonly state: 'pending' | 'completed' | 'error' | 'other';
	/** In the cloud's words, when there are any. */
	readonly message: string | undefined;
	readonly volumeGib: number | undefined;
	readonly isEncrypted: boolean;
	/** ARN; undefined where the cloud does not say. */
	readonly kmsKeyId: string | undefined;
};

/** Undefined: the cloud does not know it, or not yet. */
export async function findSnapshot(
	calls: AwsCalls,
	id: string,
	signal: AbortSignal,
): Promise<SnapshotState | undefined> {
	const found = await describeSnapshots(calls, [{Name: 'snapshot-id', Values: [id]}], signal);
	return found[0];
}

/** Our own snapshots with this tag, whatever their state. */
export async function findTaggedSnapshots(
	calls: AwsCalls,
	[name, value]: readonly [string, string],
	signal: AbortSignal,
): Promise<readonly SnapshotState[]> {
	return describeSnapshots(calls, [{Name: `tag:${name}`, Values: [value]}], signal);
}

type Filter = {Name: string; Values: string[]};

async function describeSnapshots(calls: AwsCalls, filters: Filter[], signal: AbortSignal): Promise<SnapshotState[]> {
	const found: SnapshotState[] = [];
	let token: string | undefined;
	do {
		const page = await calls.ec2(
			'DescribeSnapshots',
			async (client, {DescribeSnapshotsCommand}, options) =>
				client.send(
					new DescribeSnapshotsCommand({OwnerIds: ['self'], Filters: filters, MaxResults: 1000, NextToken: token}),
					options,
				),
			signal,
		);
		for (const {SnapshotId, State, StateMessage, VolumeSize, Encrypted = false, KmsKeyId} of page.Snapshots ?? []) {
			const state = State === 'pending' || State === 'completed' || State === 'error' ? State : 'other';
			found.push({
				id: SnapshotId ?? '',
				state,
				message: StateMessage,
				volumeGib: VolumeSize,
				isEncrypted: Encrypted,
				kmsKeyId: KmsKeyId,
			});
		}

		token = page.NextToken;
	} while (token);
	return found;
}
