import {type BlockMap, linearChecksum} from './block-map.js';
import {encryptionFault} from './encryption-fault.js';
import {SnapshotFailedError} from './errors/snapshot-failed-error.js';
import {findSnapshot, type SnapshotState} from './find-snapshot.js';
import type {SnapshotUpload} from './snapshot-upload.js';

const pauseMs = 3000;
/** An hour. */
const mostLooks = 1200;
/** A refused request was either sealed before, which is soon seen, or has failed. */
const mostLooksAfterRefusal = 20;

/** Tells the cloud that all is there, with the checksum of all blocks; returns when the snapshot is completed. */
export async function sealSnapshot(
	{calls, signal, encryption}: Pick<SnapshotUpload, 'calls' | 'signal' | 'encryption'>,
	snapshotId: string,
	written: BlockMap,
): Promise<void> {
	let refused: unknown;
	try {
		await calls.ebs(
			'CompleteSnapshot',
			async (client, {CompleteSnapshotCommand}, options) =>
				client.send(
					new CompleteSnapshotCommand({
						SnapshotId: snapshotId,
						ChangedBlocksCount: written.size,
						Checksum: linearChecksum(written),
						ChecksumAlgorithm: 'SHA256',
						ChecksumAggregationMethod: 'LINEAR',
					}),
					options,
				),
			signal,
		);
	} catch (error) {
		// Sealed before, by a request whose reply was lost? Then it is about to be completed.
		if (!(error instanceof Error && error.name === 'ValidationException')) {
			throw error;
		}

		refused = error;
	}

	const completed = await waitUntilCompleted({calls, signal}, snapshotId, refused);
	const fault = encryptionFault(completed, encryption);
	if (fault !== undefined) {
		throw new SnapshotFailedError(snapshotId, `it ${fault}`);
	}
}

async function waitUntilCompleted(
	{calls, signal}: Pick<SnapshotUpload, 'calls' | 'signal'>,
	snapshotId: string,
	refused: unknown,
): Promise<SnapshotState> {
	for (let look = 1; ; look++) {
		const found = await findSnapshot(calls, snapshotId, signal);
		if (found?.state === 'completed') {
			return found;
		}

		if (found?.state === 'error') {
			throw new SnapshotFailedError(snapshotId, found.message ?? 'the cloud does not say why', {cause: refused});
		}

		if (look === (refused ? mostLooksAfterRefusal : mostLooks)) {
			const why = refused instanceof Error ? refused.message : 'it is still not completed after an hour';
			throw new SnapshotFailedError(snapshotId, why, {cause: refused});
		}

		await calls.clock.sleep(pauseMs, signal);
	}
}
