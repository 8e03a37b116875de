import {encryptionFault} from '../ebs-direct/encryption-fault.js';
import {findSnapshot} from '../ebs-direct/find-snapshot.js';
import {uploadTag} from '../ebs-direct/snapshot-upload.js';
import {volumeGibOf} from '../ebs-direct/volume-gib.js';
import {ImportFailedError} from './errors/import-failed-error.js';
import type {SnapshotImport} from './snapshot-import.js';

const pauseMs = 3000;
/** An hour. */
const mostLooks = 1200;
/** A new one may not be seen yet. */
const mostLooksInVain = 40;

/** Tags the snapshot, which the import does not do, and sees that it is whole and as it was asked for. */
export async function finishSnapshot(
	{calls, disk, token, tags, encryption, signal}: SnapshotImport,
	taskId: string,
	snapshotId: string,
): Promise<void> {
	const failed = (why: string) => new ImportFailedError(taskId, `its snapshot ${snapshotId} ${why}`);
	let [looks, inVain] = [0, 0];
	let found = await findSnapshot(calls, snapshotId, signal);
	while (found?.state !== 'completed') {
		if (found?.state === 'error') {
			throw failed(`has failed: ${found.message ?? 'the cloud does not say why'}`);
		}

		inVain += found ? 0 : 1;
		looks++;
		if (inVain >= mostLooksInVain || looks >= mostLooks) {
			throw failed(found ? 'is still not completed after an hour' : 'is not there');
		}

		await calls.clock.sleep(pauseMs, signal);
		found = await findSnapshot(calls, snapshotId, signal);
	}

	const fault = encryptionFault(found, encryption);
	if (fault !== undefined) {
		throw failed(fault);
	}

	if (found.volumeGib !== volumeGibOf(disk.sizeBytes)) {
		throw failed(`has ${found.volumeGib} GiB, not ${volumeGibOf(disk.sizeBytes)}`);
	}

	await calls.ec2(
		'CreateTags',
		async (client, {CreateTagsCommand}, options) =>
			client.send(
				new CreateTagsCommand({
					Resources: [snapshotId],
					Tags: Object.entries({...tags, [uploadTag]: token}).map(([Key, Value]) => ({Key, Value})),
				}),
				options,
			),
		signal,
	);
}
