import assert from 'node:assert/strict';
import type {AwsCalls} from '../../source/engine/cloud/ec2/aws-calls.js';
import type {SnapshotDisk} from '../../source/engine/migration/ebs-direct/snapshot-disk.js';

/** Reads a snapshot as Amazon gives it: the blocks it has. */
export async function readSnapshot(calls: AwsCalls, snapshotId: string): Promise<Map<number, Buffer>> {
	const {signal} = new AbortController();
	const blocks = new Map<number, Buffer>();
	let token: string | undefined;
	do {
		const page = await calls.ebs(
			'ListSnapshotBlocks',
			async (client, sdk, options) =>
				client.send(new sdk.ListSnapshotBlocksCommand({SnapshotId: snapshotId, NextToken: token}), options),
			signal,
		);
		for (const {BlockIndex = -1, BlockToken} of page.Blocks ?? []) {
			const data = await calls.ebs(
				'GetSnapshotBlock',
				async (client, sdk, options) => {
					const {BlockData} = await client.send(
						new sdk.GetSnapshotBlockCommand({SnapshotId: snapshotId, BlockIndex, BlockToken}),
						options,
					);
					return Buffer.from((await BlockData?.transformToByteArray()) ?? []);
				},
				signal,
			);
			blocks.set(BlockIndex, data);
		}

		token = page.NextToken;
	} while (token);
	return blocks;
}

/** A volume made from the snapshot has the bytes of the disk, everywhere. */
export async function assertSameBytes(calls: AwsCalls, snapshotId: string, disk: SnapshotDisk): Promise<void> {
	const found = await readSnapshot(calls, snapshotId);
	const zeros = Buffer.alloc(524_288);
	for (let index = 0; index * 524_288 < disk.sizeBytes; index++) {
		const expected = await disk.readBlock(index);
		assert.ok((found.get(index) ?? zeros).equals(expected), `block ${index} is another one`);
	}
}
