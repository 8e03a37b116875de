import type {AwsCalls} from './aws-calls.js';
import {deleteSnapshot} from './delete-snapshot.js';
import {findAmi} from './find-ami.js';

/**
Takes an AMI away and the snapshots it was made of. Finding them gone is success.

@param snapshotIds What is known of its snapshots, for the case that an earlier try took away the AMI alone.
*/
export async function removeAmi(
	calls: AwsCalls,
	{imageId, snapshotIds = []}: {readonly imageId: string; readonly snapshotIds?: readonly string[]},
	signal: AbortSignal,
): Promise<void> {
	const ami = await findAmi(calls, {Name: 'image-id', Values: [imageId]}, signal);
	if (ami) {
		await deregisterAmi(calls, imageId, signal);
	}

	for (const id of new Set([...(ami?.snapshotIds ?? []), ...snapshotIds])) {
		await deleteSnapshot(calls, id, signal);
	}
}

/** What it was made of stays. Finding it gone is success. */
export async function deregisterAmi(calls: AwsCalls, imageId: string, signal: AbortSignal): Promise<void> {
	try {
		await calls.ec2(
			'DeregisterImage',
			async (client, {DeregisterImageCommand}, options) =>
				client.send(new DeregisterImageCommand({ImageId: imageId}), options),
			signal,
		);
	} catch (error) {
		if (!(error instanceof Error && isGone(error))) {
			throw error;
		}
	}
}

const isGone = ({name}: Error) => name === 'InvalidAMIID.NotFound' || name === 'InvalidAMIID.Unavailable';
