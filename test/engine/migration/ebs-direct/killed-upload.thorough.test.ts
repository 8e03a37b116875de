import assert from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';
import {discardUpload} from '../../../../source/engine/migration/ebs-direct/discard-upload.js';
import {bundledChild, ended} from '../../../helpers/child.js';
import {callsTo} from '../../../helpers/ebs-upload.js';
import {startEc2Server} from '../../../helpers/ec2-server/ec2-server.js';
import {createMemoryDisk, seedsFor} from '../../../helpers/memory-disk.js';
import {assertSameBytes} from '../../../helpers/read-snapshot.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const blocks = 32;
const uploader = bundledChild('upload-and-tell.js');

/** Where a process is killed, before the reply. */
const places = [
	['StartSnapshot', 1],
	['PutSnapshotBlock', 1],
	['PutSnapshotBlock', 24],
	['CompleteSnapshot', 1],
	['DescribeSnapshots', 1],
	['ListSnapshotBlocks', 1],
] as const;

for (const [action, ofAction] of places) {
	for (const next of ['resume', 'cancel'] as const) {
		test(`kill -9 at ${action} ${ofAction}, then ${next}`, async t => {
			const server = await startEc2Server({looksUntilCompleted: 1});
			const folder = await temporaryFolder(t);
			const calls = callsTo(server.url);
			t.after(async () => {
				calls.close();
				await server.close();
			});
			const victim = uploader.start(server.url, folder, String(blocks));
			server.faults = request => {
				if (request.action === action && request.ofAction === ofAction) {
					victim.kill('SIGKILL');
					return {kind: 'lose-reply'};
				}

				return undefined;
			};
			assert.equal(await ended(victim), 'SIGKILL');

			if (next === 'cancel') {
				await discardUpload({calls, folder, token: 'd2cm-mig-killed', signal: new AbortController().signal});
				assert.deepEqual(server.leftovers(), []);
				return;
			}

			const putBefore = server.counts.byAction.get('PutSnapshotBlock') ?? 0;
			const second = uploader.start(server.url, folder, String(blocks));
			const [told] = (await once(second.stdout ?? second, 'data')) as [Buffer];
			assert.equal(await ended(second), 0);
			const {snapshotId} = JSON.parse(String(told)) as {snapshotId: string};

			const putAgain = (server.counts.byAction.get('PutSnapshotBlock') ?? 0) - putBefore;
			// Nothing but what was missing, and the four under way.
			assert.ok(putAgain <= blocks - putBefore + 4, `${putAgain} after ${putBefore}`);
			assert.equal(server.world.snapshots.size, 1);
			await assertSameBytes(calls, snapshotId, createMemoryDisk(32 * 2 ** 20, seedsFor(blocks)));
		});
	}
}
