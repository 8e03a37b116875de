import assert from 'node:assert/strict';
import {test} from 'node:test';
import {uploadSnapshot} from '../../../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {uploadTrial} from '../../../helpers/ebs-upload.js';
import {everyNth, type Fault, onceAt} from '../../../helpers/ec2-server/fault-plan.js';
import {assertSameBytes} from '../../../helpers/read-snapshot.js';

const passing: readonly Fault[] = [{kind: 'cut'}, {kind: 'lose-reply'}, {kind: 'throttle'}, {kind: 'unavailable'}];
for (const fault of passing) {
	test(`every fourth request ends in ${fault.kind}: the snapshot is whole all the same`, async t => {
		const faults = everyNth(4, fault);
		const {upload, calls, disk, server} = await uploadTrial(t, {faults, blocks: 16, looksUntilCompleted: 1});

		const {snapshotId} = await uploadSnapshot(upload);

		server.faults = () => undefined;
		await assertSameBytes(calls, snapshotId, disk);
		assert.equal(server.world.snapshots.size, 1);
	});
}

test('the connection cut at every tenth request', async t => {
	const {upload, calls, disk, server} = await uploadTrial(t, {faults: everyNth(10, {kind: 'cut'}), blocks: 40});

	const {snapshotId} = await uploadSnapshot(upload);

	server.faults = () => undefined;
	await assertSameBytes(calls, snapshotId, disk);
});

for (const action of [
	'StartSnapshot',
	'PutSnapshotBlock',
	'CompleteSnapshot',
	'DescribeSnapshots',
	'ListSnapshotBlocks',
]) {
	for (const kind of ['hang', 'lose-reply'] as const) {
		test(`the first ${action} ends in ${kind}: asked again, nothing is made twice`, async t => {
			const faults = onceAt(action, 1, {kind});
			const patience = kind === 'hang' ? {attemptTimeoutMs: 2000} : {};
			const blocks = 8;
			const {upload, calls, disk, server} = await uploadTrial(t, {faults, patience, blocks, looksUntilCompleted: 1});

			const {snapshotId} = await uploadSnapshot(upload);

			assert.equal(server.world.snapshots.size, 1);
			await assertSameBytes(calls, snapshotId, disk);
		});
	}
}

test('a storm of throttling is weathered', async t => {
	let storm = 40;
	const {upload, calls, disk} = await uploadTrial(t, {
		faults: ({action}) => (action === 'PutSnapshotBlock' && storm-- > 0 ? {kind: 'throttle'} : undefined),
	});

	const {snapshotId} = await uploadSnapshot(upload);

	await assertSameBytes(calls, snapshotId, disk);
});
