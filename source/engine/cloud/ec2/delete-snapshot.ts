import type {AwsCalls} from './aws-calls.js';

/** Finding it gone is success; so is that an AMI uses it, which then owns it. */
export async function deleteSnapshot(calls: AwsCalls, id: string, signal: AbortSignal): Promise<void> {
	try {
		await calls.ec2(
			'DeleteSnapshot',
			async (client, {DeleteSnapshotCommand}, options) =>
				client.send(new DeleteSnapshotCommand({SnapshotId: id}), options),
			signal,
		);
	} catch (error) {
		if (!(error instanceof Error && settled.has(error.name))) {
			throw error;
		}
	}
}

const settled: ReadonlySet<string> = new Set(['InvalidSnapshot.NotFound', 'InvalidSnapshot.InUse']);
