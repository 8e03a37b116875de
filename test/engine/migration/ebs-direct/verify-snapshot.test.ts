import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {AwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import {verifySnapshot} from '../../../../source/engine/migration/ebs-direct/verify-snapshot.js';

const id = 'snap-0123456789abcdef0';

/** A cloud that lists these blocks, so many to a page; some clouds write numbers as text. */
function listing(blocks: ReadonlyArray<number | string>, perPage = 2): Pick<AwsCalls, 'ebs'> {
	const page = ({SnapshotId, NextToken = '0'}: {SnapshotId?: string; NextToken?: string}) => {
		assert.equal(SnapshotId, id);
		const end = Number(NextToken) + perPage;
		return {
			Blocks: blocks.slice(Number(NextToken), end).map(BlockIndex => ({BlockIndex})),
			...(end < blocks.length && {NextToken: String(end)}),
		};
	};
	const client = {send: async ({input}: {input: Parameters<typeof page>[0]}) => page(input)};
	const sdk = {
		ListSnapshotBlocksCommand: class {
			constructor(readonly input: object) {}
		},
	};
	return {ebs: async (_, ask) => ask(client as never, sdk as never, {} as never)};
}

const verify = async (blocks: ReadonlyArray<number | string>) => {
	const sent = new Map([0, 3, 7].map(index => [index, Buffer.alloc(32)]));
	await verifySnapshot({calls: listing(blocks) as AwsCalls, signal: new AbortController().signal}, id, sent);
};

test('a snapshot has the blocks that were sent, on however many pages', async () => {
	await verify([0, 3, 7]);
	await verify(['0', '3', '7']);
});

test('a snapshot that lacks a block, or has one that was never sent, is none', async () => {
	await assert.rejects(verify([0, 3]), {name: 'SnapshotFailedError', message: /it has 2 blocks, and 3 were sent/});
	await assert.rejects(verify([]), {message: /it has 0 blocks, and 3 were sent/});
	await assert.rejects(verify([0, 3, 8]), {message: /it has a block 8 that was never sent/});
	await assert.rejects(verify([0, 3, 7, 7]), {message: /it has 4 blocks, and 3 were sent/});
});
