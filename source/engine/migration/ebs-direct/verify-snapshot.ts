import type {BlockMap} from './block-map.js';
import {SnapshotFailedError} from './errors/snapshot-failed-error.js';
import type {SnapshotUpload} from './snapshot-upload.js';

/** Compares the blocks a completed snapshot says it has with those that were sent. Pending ones cannot be listed. */
export async function verifySnapshot(
	{calls, signal}: Pick<SnapshotUpload, 'calls' | 'signal'>,
	snapshotId: string,
	expected: BlockMap,
): Promise<void> {
	let count = 0;
	let token: string | undefined;
	do {
		const page = await calls.ebs(
			'ListSnapshotBlocks',
			async (client, {ListSnapshotBlocksCommand}, options) =>
				client.send(
					new ListSnapshotBlocksCommand({SnapshotId: snapshotId, MaxResults: 10_000, NextToken: token}),
					options,
				),
			signal,
		);
		const blocks = page.Blocks ?? [];
		// Not every cloud writes numbers as numbers.
		const unexpected = blocks.find(({BlockIndex}) => BlockIndex === undefined || !expected.has(Number(BlockIndex)));
		if (unexpected) {
			throw new SnapshotFailedError(snapshotId, `it has a block ${unexpected.BlockIndex} that was never sent`);
		}

		count += blocks.length;
		token = page.NextToken;
	} while (token);
	if (count !== expected.size) {
		throw new SnapshotFailedError(snapshotId, `it has ${count} blocks, and ${expected.size} were sent`);
	}
}
