import {pagesOf} from '../../cloud/all-pages.js';
import type {BlockMap} from './block-map.js';
import {SnapshotFailedError} from './errors/snapshot-failed-error.js';
import type {SnapshotUpload} from './snapshot-upload.js';

/** A cloud may give a block a page, and some with none. */
const leastPages = 1000;

/** Compares the blocks a completed snapshot says it has with those that were sent. Pending ones cannot be listed. */
export async function verifySnapshot(
	{calls, signal}: Pick<SnapshotUpload, 'calls' | 'signal'>,
	snapshotId: string,
	expected: BlockMap,
): Promise<void> {
	let count = 0;
	const pages = pagesOf(
		async page =>
			calls
				.ebs(
					'ListSnapshotBlocks',
					async (client, {ListSnapshotBlocksCommand}, options) =>
						client.send(new ListSnapshotBlocksCommand({SnapshotId: snapshotId, MaxResults: 10_000, ...page}), options),
					signal,
				)
				.then(({Blocks, NextToken}) => [Blocks, NextToken]),
		leastPages + expected.size,
	);
	for await (const blocks of pages) {
		// Not every cloud writes numbers as numbers.
		const unexpected = blocks.find(
			({BlockIndex}) => !/^(?:number|string)$/.test(typeof BlockIndex) || !expected.has(Number(BlockIndex)),
		);
		if (unexpected) {
			throw new SnapshotFailedError(
				snapshotId,
				`it has a block ${JSON.stringify(unexpected.BlockIndex)?.slice(0, 40)} that was never sent`,
			);
		}

		count += blocks.length;
	}

	if (count !== expected.size) {
		throw new SnapshotFailedError(snapshotId, `it has ${count} blocks, and ${expected.size} were sent`);
	}
}
