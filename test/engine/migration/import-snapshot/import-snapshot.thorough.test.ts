import assert from 'node:assert/strict';
import {test} from 'node:test';
import {NotAllowedError} from '../../../../source/engine/cloud/ec2/errors/not-allowed-error.js';
import {CancelledError} from '../../../../source/engine/errors/cancelled-error.js';
import {discardImport} from '../../../../source/engine/migration/import-snapshot/discard-import.js';
import {ImportFailedError} from '../../../../source/engine/migration/import-snapshot/errors/import-failed-error.js';
import {ImportLeftError} from '../../../../source/engine/migration/import-snapshot/errors/import-left-error.js';
import {MissingImportRoleError} from '../../../../source/engine/migration/import-snapshot/errors/missing-import-role-error.js';
import {importSnapshot} from '../../../../source/engine/migration/import-snapshot/import-snapshot.js';
import {BucketTakenError} from '../../../../source/engine/object-store/errors/bucket-taken-error.js';
import {onceAt} from '../../../helpers/ec2-server/fault-plan.js';
import {importStates} from '../../../helpers/ec2-server/import-actions.js';
import {importBucket, importTrial, noisyDisk} from '../../../helpers/import-trial.js';
import {createMemoryObjectStore} from '../../../helpers/memory-object-store.js';
import {assertSameBytes} from '../../../helpers/read-snapshot.js';

for (const format of ['vmdk', 'raw'] as const) {
	test(`a disk becomes a snapshot by way of a ${format} object, which is gone afterwards`, async t => {
		const progress: number[] = [];
		const {request, server, calls, news, leftovers} = await importTrial(t, {
			imports: {looksPerState: 3, unseen: 2},
			request: {format, onProgress: ({doneBytes}) => progress.push(doneBytes)},
		});

		const {snapshotId, volumeGib} = await importSnapshot(request);

		await assertSameBytes(calls, snapshotId, request.disk);
		assert.equal(volumeGib, 1);
		assert.deepEqual(
			news.map(({message, percent}) => [message, percent]),
			importStates,
			'each state is told once',
		);
		const [task] = server.world.importTasks.values();
		assert.equal(task?.format, format.toUpperCase());
		const tags = {'d2cm:migration': 'mig-0123abcd', 'd2cm:upload': request.token};
		assert.deepEqual(Object.fromEntries(server.world.snapshots.get(snapshotId)?.tags ?? []), tags);
		assert.deepEqual(Object.fromEntries(task?.tags ?? []), tags);
		assert.deepEqual(await leftovers(), [`completed snapshot ${snapshotId}`]);
		assert.ok((progress.at(-1) ?? 0) > 0);
		assert.deepEqual(
			progress.toSorted((a, b) => a - b),
			progress,
		);

		const again = await importSnapshot(request);
		assert.deepEqual([again.snapshotId, again.sentBytes], [snapshotId, 0]);
		assert.equal(server.world.importTasks.size, 1);
		await discardImport(request);
		assert.deepEqual(await leftovers(), []);
	});
}

test('an encrypted snapshot is asked for, and looked at', async t => {
	const {request, server} = await importTrial(t, {request: {encryption: {kmsKeyArn: 'arn:aws:kms:eu-west-1:1:key/1'}}});
	const {snapshotId} = await importSnapshot(request);
	assert.equal(server.world.snapshots.get(snapshotId)?.encrypted, true);
});

for (const [what, made, words] of [
	['of another size', {volumeGib: 2}, /its snapshot snap-\w+ has 2 GiB, not 1/],
	['not encrypted', {encrypted: false}, /its snapshot snap-\w+ is not encrypted/],
] as const) {
	test(`a snapshot that is ${what} is refused, and taken away`, async t => {
		const {request, server, leftovers} = await importTrial(t, {request: {encryption: {}}});
		const {snapshots} = server.world;
		server.faults = ({action}) => {
			for (const [id, snapshot] of action === 'DescribeSnapshots' ? snapshots : []) {
				snapshots.set(id, {...snapshot, ...made});
			}

			return undefined;
		};
		await assert.rejects(importSnapshot(request), words);
		assert.deepEqual(await leftovers(), []);
	});
}

for (const [what, imports, words] of [
	['has no role', {hasRole: false}, /no role vmimport/],
	['has a role that trusts nobody', {trustsNobody: true}, /does not let Amazon's import/],
] as const) {
	test(`an account that ${what} is told what to paste, before anything is sent`, async t => {
		const store = createMemoryObjectStore();
		const {request, leftovers} = await importTrial(t, {store, imports});

		await assert.rejects(importSnapshot(request), (error: Error) => {
			assert.ok(error instanceof MissingImportRoleError);
			assert.match(error.message, words);
			assert.equal(JSON.parse(error.trustPolicy).Statement[0].Principal.Service, 'vmie.amazonaws.com');
			assert.ok(error.hint.includes(error.trustPolicy) && error.hint.includes(`arn:aws:s3:::${importBucket}/*`));
			return true;
		});
		assert.deepEqual(store.calls, []);
		assert.deepEqual(await leftovers(), []);
	});
}

test('keys that may not look at roles learn from the import that there is none, and nothing is left', async t => {
	const {request, server, leftovers} = await importTrial(t, {imports: {hasRole: false}});
	server.accounts.get('AKIDTEST')?.denied.add('GetRole');

	await assert.rejects(importSnapshot(request), MissingImportRoleError);
	assert.deepEqual(await leftovers(), []);

	server.imports = {...server.imports, hasRole: true};
	await importSnapshot(request);
});

test('keys that may not import are told so before anything is sent', async t => {
	const store = createMemoryObjectStore();
	const {request, server} = await importTrial(t, {store});
	server.accounts.get('AKIDTEST')?.denied.add('ImportSnapshot');

	await assert.rejects(importSnapshot(request), (error: Error) => {
		assert.ok(error instanceof NotAllowedError);
		assert.equal(error.right, 'ec2:ImportSnapshot');
		return true;
	});
	assert.deepEqual(store.calls, []);
});

test("somebody else's bucket is refused", async t => {
	const store = createMemoryObjectStore();
	store.addForeignBucket(importBucket);
	const {request} = await importTrial(t, {store});
	await assert.rejects(importSnapshot(request), BucketTakenError);
});

test('an import that fails is told in the words of the cloud, and leaves nothing', async t => {
	const failure = 'ClientError: Disk validation failed [Unsupported VMDK File Format]';
	const {request, leftovers} = await importTrial(t, {imports: {failure}});

	await assert.rejects(importSnapshot(request), (error: Error) => {
		assert.ok(error instanceof ImportFailedError);
		assert.ok(error.message.endsWith(`came to nothing: ${failure}.`), error.message);
		return true;
	});
	assert.deepEqual(await leftovers(), []);
});

test('an object that is not there any more, or damaged, never becomes a snapshot', async t => {
	for (const [change, words] of [
		['remove', /404 Not Found/],
		['damage', /Unsupported VMDK/],
	] as const) {
		const store = createMemoryObjectStore();
		const source = {
			get: (bucket: string) => (change === 'remove' ? store.get(bucket, 'another') : inPieces(Buffer.alloc(70_000, 7))),
		};
		const {request, leftovers} = await importTrial(t, {store, imports: {source}});
		await assert.rejects(importSnapshot(request), words);
		assert.deepEqual(await leftovers(), []);
	}
});

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes;
}

test('an import that somebody cancels in the console is told', async t => {
	const {request, server, calls, leftovers} = await importTrial(t);
	let cancelling: Promise<unknown> | undefined;
	const onTask = () => {
		const [task] = server.world.importTasks.values();
		cancelling ??= calls.ec2(
			'CancelImportTask',
			async (client, sdk, options) => client.send(new sdk.CancelImportTaskCommand({ImportTaskId: task?.id}), options),
			request.signal,
		);
	};

	await assert.rejects(importSnapshot({...request, onTask}), /came to nothing: User cancelled the task/);
	await cancelling;
	assert.deepEqual(await leftovers(), []);
});

for (const [message] of importStates) {
	test(`cancelled while it is ${message}: task, object and snapshot are gone`, async t => {
		const {request, server, leftovers} = await importTrial(t, {imports: {looksPerState: 2}});
		const user = new AbortController();
		const onTask = (news: {message: string}) => (news.message === message ? user.abort() : undefined);

		await assert.rejects(importSnapshot({...request, signal: user.signal, onTask}), CancelledError);

		const [task] = server.world.importTasks.values();
		assert.equal(task?.status, 'deleted');
		assert.deepEqual(await leftovers(), []);
	});
}

test('cancelled during the upload, nothing is left and nothing was asked for', async t => {
	const store = createMemoryObjectStore();
	const {request, server, leftovers} = await importTrial(t, {store, request: {disk: noisyDisk(28)}});
	const user = new AbortController();
	store.onCall = call => {
		if (call.endsWith(' 2')) {
			user.abort();
		}
	};

	await assert.rejects(importSnapshot({...request, signal: user.signal}), CancelledError);

	assert.equal(server.world.importTasks.size, 0);
	assert.deepEqual(await leftovers(), []);
});

for (const kind of ['lose-reply', 'hang'] as const) {
	for (const action of ['GetRole', 'ImportSnapshot', 'DescribeImportSnapshotTasks', 'CreateTags']) {
		test(`the first ${action} ends in ${kind}: asked again, nothing is made twice`, async t => {
			// The first ImportSnapshot is a dry run.
			const faults = onceAt(action, action === 'ImportSnapshot' ? 2 : 1, {kind});
			const {request, server, calls} = await importTrial(t, {faults});
			const {snapshotId} = await importSnapshot(request);
			assert.deepEqual([server.world.importTasks.size, server.world.snapshots.size], [1, 1]);
			await assertSameBytes(calls, snapshotId, request.disk);
		});
	}
}

test('an object that cannot be removed is named, and the next call removes it alone', async t => {
	const store = createMemoryObjectStore();
	const {request, server, leftovers} = await importTrial(t, {store});
	store.onCall = call => {
		if (call.startsWith('remove')) {
			throw new Error('The network is gone');
		}
	};
	await assert.rejects(importSnapshot(request), (error: Error) => {
		assert.ok(error instanceof ImportLeftError);
		assert.deepEqual(error.left, [`the object d2cm-${request.token}.vmdk in the bucket ${importBucket}`]);
		return true;
	});

	store.onCall = () => undefined;
	const {snapshotId, sentBytes} = await importSnapshot(request);
	assert.deepEqual([sentBytes, server.world.importTasks.size], [0, 1]);
	assert.deepEqual(await leftovers(), [`completed snapshot ${snapshotId}`]);
});
