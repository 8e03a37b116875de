import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {AwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import {verifySnapshot} from '../../../../source/engine/migration/ebs-direct/verify-snapshot.js';
import {cannedSdk} from '../../../helpers/canned-sdk.js';

const id = 'snap-0123456789abcdef0';

/** A cloud that lists these blocks, so many to a page; some clouds write numbers as text. */
const listing = (blocks: ReadonlyArray<number | string>, perPage = 2) =>
	cannedSdk(
		(_, {SnapshotId, NextToken = '0'}: {readonly SnapshotId?: string; readonly NextToken?: string | undefined}) => {
			assert.equal(SnapshotId, id);
			const end = Number(NextToken) + perPage;
			return {
				Blocks: blocks.slice(Number(NextToken), end).map(BlockIndex => ({BlockIndex})),
				...(end < blocks.length && {NextToken: String(end)}),
			};
		},
	);

const verify = async (blocks: ReadonlyArray<number | string>) => {
	const sent = new Map([0, 3, 7].map(index => [index, Buffer.alloc(32)]));
	await verifySnapshot(
		{calls: {ebs: listing(blocks)} as unknown as AwsCalls, signal: new AbortController().signal},
		id,
		sent,
	);
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

test('what a cloud puts into the place of the list of blocks is no fault of ours', async () => {
	const calls = {ebs: cannedSdk(() => ({Blocks: [{BlockIndex: {toString: 'x'}}]}))} as unknown as AwsCalls;
	await assert.rejects(verifySnapshot({calls, signal: new AbortController().signal}, id, new Map()), {
		name: 'SnapshotFailedError',
		message: /it has a block \{"toString":"x"\} that was never sent/,
	});
	for (const Blocks of ['every', {0: {}}, [null], 7]) {
		const calls = {ebs: cannedSdk(() => ({Blocks}))} as unknown as AwsCalls;
		await assert.rejects(verifySnapshot({calls, signal: new AbortController().signal}, id, new Map()), {
			name: 'CloudAnswerError',
			message: /^The cloud's answer holds .* in the place of a list\.$/,
		});
	}
});
