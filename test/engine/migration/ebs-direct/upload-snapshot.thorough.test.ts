import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CancelledError} from '../../../../source/engine/errors/cancelled-error.js';
import {discardUpload} from '../../../../source/engine/migration/ebs-direct/discard-upload.js';
import {uploadSnapshot} from '../../../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {callsTo, uploadTrial} from '../../../helpers/ebs-upload.js';
import {onceAt} from '../../../helpers/ec2-server/fault-plan.js';
import {assertSameBytes} from '../../../helpers/read-snapshot.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

test('a snapshot has the bytes of its disk, and only blocks that hold something have travelled', async t => {
	const {upload, server, calls, disk} = await uploadTrial(t, {looksUntilCompleted: 2, unseen: 2});
	disk.seeds.set(50, 7).set(51, 0);

	const {snapshotId, sentBlocks, volumeGib} = await uploadSnapshot(upload);

	assert.equal(sentBlocks, 25);
	assert.equal(server.counts.byAction.get('PutSnapshotBlock'), 25);
	assert.equal(volumeGib, 1);
	assert.equal(server.world.snapshots.get(snapshotId)?.tags.get('d2cm:migration'), 'mig-0123abcd');
	await assertSameBytes(calls, snapshotId, disk);
});

test('the next state of a disk is sent as what differs from its parent', async t => {
	const {upload, server, calls, disk} = await uploadTrial(t);
	const first = await uploadSnapshot(upload);
	disk.seeds.set(3, 99).set(55, 1).set(4, 0).delete(5);
	const next = {...upload, folder: `${upload.folder}-next`, token: 'next', parent: {...first}};
	const {mkdir, rm} = await import('node:fs/promises');
	await mkdir(next.folder);
	t.after(async () => rm(next.folder, {recursive: true}));

	const second = await uploadSnapshot(next);

	assert.equal(second.sentBlocks, 4);
	assert.equal(server.world.snapshots.get(second.snapshotId)?.parentId, first.snapshotId);
	await assertSameBytes(calls, second.snapshotId, disk);
});

test('a parent that is gone is no parent: all is sent', async t => {
	const {upload, server, calls, disk} = await uploadTrial(t);
	const {snapshotId, sentBlocks} = await uploadSnapshot({
		...upload,
		parent: {snapshotId: 'snap-0123456789abcdef0', blocks: new Map()},
	});

	assert.equal(sentBlocks, 24);
	assert.equal(server.world.snapshots.get(snapshotId)?.parentId, undefined);
	await assertSameBytes(calls, snapshotId, disk);
});

for (const [what, spoil] of [
	['was never completed', {status: 'error'}],
	['is encrypted otherwise than is wanted', {encrypted: false}],
] as const) {
	test(`a parent that ${what} is no parent: all is sent`, async t => {
		const {upload, server, calls, disk} = await uploadTrial(t);
		const first = await uploadSnapshot(upload);
		const parent = server.world.snapshots.get(first.snapshotId);
		assert.ok(parent);
		Object.assign(parent, spoil);
		const folder = await temporaryFolder(t);
		const encryption = 'encrypted' in spoil ? {encryption: {}} : {};

		const next = await uploadSnapshot({...upload, ...encryption, folder, token: 'next', parent: {...first}});

		assert.equal(next.sentBlocks, 24);
		assert.equal(server.world.snapshots.get(next.snapshotId)?.parentId, undefined);
		await assertSameBytes(calls, next.snapshotId, disk);
	});
}

test('a snapshot the cloud has given up is followed by a new one', async t => {
	const {upload, server, calls, disk} = await uploadTrial(t);
	server.faults = onceAt('CompleteSnapshot', 1, {kind: 'refuse', status: 400, code: 'Strange'});
	await assert.rejects(uploadSnapshot(upload), {name: 'Strange'});
	const [given] = server.world.snapshots.values();
	assert.ok(given);
	given.status = 'error';

	const {snapshotId, sentBlocks} = await uploadSnapshot(upload);

	assert.notEqual(snapshotId, given.id);
	assert.equal(sentBlocks, 24);
	await assertSameBytes(calls, snapshotId, disk);
});

test('what has changed since it was sent is sent again', async t => {
	const {upload, server, calls, disk} = await uploadTrial(t);
	server.faults = onceAt('PutSnapshotBlock', 16, {kind: 'refuse', status: 400, code: 'Strange'});
	await assert.rejects(uploadSnapshot(upload), {name: 'Strange'});
	const there = [...(server.world.snapshots.values().next().value?.written.keys() ?? [])];
	disk.seeds.set(there[0] ?? 0, 1234).delete(there[1] ?? 0);

	const {snapshotId, sentBlocks} = await uploadSnapshot(upload);

	// Eight were under way when it broke, and were not noted.
	assert.ok(sentBlocks <= 24 - there.length + 2 + 8, `${sentBlocks} sent, ${there.length} were there`);
	await assertSameBytes(calls, snapshotId, disk);
});

test('a cancelled upload leaves nothing', async t => {
	const {upload, server} = await uploadTrial(t);
	const user = new AbortController();
	server.faults = ({action, ofAction}) => {
		if (action === 'PutSnapshotBlock' && ofAction === 16) {
			user.abort();
		}

		return undefined;
	};

	await assert.rejects(uploadSnapshot({...upload, signal: user.signal}), CancelledError);

	assert.deepEqual(server.leftovers(), []);
});

test('cancelled while the server hangs, it ends at once and leaves nothing', async t => {
	const {upload, server} = await uploadTrial(t);
	const user = new AbortController();
	server.faults = ({action, ofAction}) => {
		if (action === 'PutSnapshotBlock' && ofAction === 8) {
			setTimeout(() => user.abort(), 50);
		}

		return action === 'PutSnapshotBlock' ? {kind: 'hang'} : undefined;
	};

	const began = performance.now();
	await assert.rejects(uploadSnapshot({...upload, signal: user.signal}), CancelledError);

	assert.ok(performance.now() - began < 60_000);
	assert.deepEqual(server.leftovers(), []);
});

test('a failed upload leaves nothing', async t => {
	const {upload, server} = await uploadTrial(t, {
		faults: ({action}) =>
			action === 'CompleteSnapshot' ? {kind: 'refuse', status: 400, code: 'ServiceQuotaExceededException'} : undefined,
	});

	await assert.rejects(uploadSnapshot(upload), {name: 'CloudQuotaError'});

	assert.deepEqual(server.leftovers(), []);
});

test('an upload whose keys are revoked says what it leaves, and goes on with new ones', async t => {
	const {upload, server, disk} = await uploadTrial(t);
	const account = server.accounts.get('AKIDTEST');
	assert.ok(account);
	server.faults = ({action, ofAction}) => {
		if (action === 'PutSnapshotBlock' && ofAction === 16) {
			account.state = 'revoked';
		}

		return undefined;
	};
	await assert.rejects(uploadSnapshot(upload), (error: Error) => {
		assert.equal(error.name, 'SnapshotLeftError');
		assert.match(error.message, /access key.*unfinished: snap-/);
		return true;
	});
	const there = server.world.snapshots.values().next().value?.written.size ?? 0;
	assert.ok(there >= 8);

	server.accounts.set('AKIDNEW', {secretKey: 'new', state: 'valid', denied: new Set()});
	const calls = callsTo(server.url, undefined, {accessKeyId: 'AKIDNEW', secretAccessKey: 'new'});
	const {snapshotId, sentBlocks} = await uploadSnapshot({...upload, calls});

	assert.equal(sentBlocks, 24 - there);
	await assertSameBytes(calls, snapshotId, disk);
	calls.close();
});

test('discarding finds the snapshot whose id was never heard, even when the cloud does not show it yet', async t => {
	const {upload, server} = await uploadTrial(t, {unseen: 1000, patience: {mostAttempts: 1}});
	server.faults = onceAt('StartSnapshot', 1, {kind: 'lose-reply'});
	const blind = {...upload, signal: new AbortController().signal};
	await assert.rejects(uploadSnapshot(blind), {name: 'CloudUnreachableError'});
	assert.deepEqual(server.leftovers(), []);

	await discardUpload(upload);
	assert.deepEqual(server.leftovers(), []);
});

test('a snapshot whose checksum the cloud does not accept is taken away', async t => {
	const {upload, server} = await uploadTrial(t, {
		faults: ({action}) =>
			action === 'CompleteSnapshot'
				? {kind: 'refuse', status: 400, code: 'ValidationException', reason: 'INVALID_PARAMETER_VALUE'}
				: undefined,
	});

	await assert.rejects(uploadSnapshot(upload), {name: 'SnapshotFailedError'});

	assert.deepEqual(server.leftovers(), []);
});

test('64 blocks are on their way at once: a server that answers none before it has all of them gets them', async t => {
	const {server, upload} = await uploadTrial(t, {blocks: 64, patience: {mostAttempts: 1}});
	const {promise: until, resolve: answerAll} = Promise.withResolvers<void>();
	server.faults = ({action, ofAction}) => {
		if (action === 'PutSnapshotBlock' && ofAction === 64) {
			answerAll();
		}

		return action === 'PutSnapshotBlock' ? {kind: 'wait', until} : undefined;
	};
	const {workers: _, ...usual} = upload;
	const {sentBlocks} = await uploadSnapshot(usual);
	assert.equal(sentBlocks, 64);
	assert.ok(server.counts.mostAtOnce >= 64);
});
