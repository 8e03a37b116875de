import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {SnapshotDisk} from '../../../../source/engine/migration/ebs-direct/snapshot-disk.js';
import {discardImport} from '../../../../source/engine/migration/import-snapshot/discard-import.js';
import {importSnapshot} from '../../../../source/engine/migration/import-snapshot/import-snapshot.js';
import {vmdkStream} from '../../../../source/engine/migration/import-snapshot/vmdk-stream.js';
import type {ObjectStore} from '../../../../source/engine/object-store/object-store.js';
import {createS3Store} from '../../../../source/engine/object-store/s3-store.js';
import {bundledChild, ended} from '../../../helpers/child.js';
import {callsTo} from '../../../helpers/ebs-upload.js';
import {startEc2Server} from '../../../helpers/ec2-server/ec2-server.js';
import {type Passing, startFaultyProxy} from '../../../helpers/faulty-proxy.js';
import {importBucket, leftInBucket, noisyDisk} from '../../../helpers/import-trial.js';
import {assertSameBytes} from '../../../helpers/read-snapshot.js';
import {type SwiftServer, startSwiftServer} from '../../../helpers/swift-server.js';
import {swiftTraits} from '../../../helpers/swift-traits.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

/** Two parts: noise becomes larger when it is compressed. */
const mib = 8;
const partBytes = 8 * 2 ** 20;
const importer = bundledChild('import-and-tell.js');

let swift: SwiftServer;
let store: ObjectStore;

before(async () => {
	swift = await startSwiftServer();
	store = createS3Store({...swift, traits: swiftTraits});
});
after(async () => swift?.end());

const isPart = (number: number) => (passing: Passing) =>
	passing.method === 'PUT' && passing.url.includes(`partNumber=${number}&`);

/** Where a process is killed, before the reply: a request to the store, or to EC2. */
const places: ReadonlyArray<
	readonly [
		where: string,
		next: readonly ('resume' | 'cancel')[],
		toStore: (passing: Passing) => boolean,
		toEc2: (action: string, ofAction: number) => boolean,
	]
> = [
	['the last part', ['resume', 'cancel'], isPart(2), never],
	['the reply to the last part', ['resume'], isPart(2), never],
	[
		'the completion of the upload',
		['resume'],
		({method, url}) => method === 'POST' && url.includes('uploadId='),
		never,
	],
	['ImportSnapshot', ['resume', 'cancel'], never, (action, ofAction) => action === 'ImportSnapshot' && ofAction === 2],
	[
		'a look at the task',
		['cancel'],
		never,
		(action, ofAction) => action === 'DescribeImportSnapshotTasks' && ofAction === 3,
	],
	[
		'the removal of the object',
		['resume'],
		({method, url}) => method === 'DELETE' && !url.includes('uploadId='),
		never,
	],
];

/** How many parts are in the store when the process is killed. */
const partsThere: ReadonlyMap<string, number> = new Map([
	['the last part', 1],
	['the reply to the last part', 2],
]);

async function untilThere(parts: number): Promise<void> {
	for (const end = performance.now() + 60_000; performance.now() < end; await sleep(20)) {
		const [upload] = await store.listUploads(importBucket, '');
		if (upload && (await store.listParts(upload)).length === parts) {
			return;
		}
	}

	assert.fail(`${parts} parts were never there`);
}

async function bytesToSend(disk: SnapshotDisk): Promise<number> {
	let bytes = 0;
	for await (const chunk of (await vmdkStream(disk)).open(() => undefined)) {
		bytes += chunk.length;
	}

	return bytes;
}

function never(): boolean {
	return false;
}

for (const [where, followedBy, toStore, toEc2] of places) {
	for (const next of followedBy) {
		test(`kill -9 at ${where}, then ${next}`, async t => {
			const server = await startEc2Server({imports: {hasRole: true, volumeGib: 1, source: store}});
			const calls = callsTo(server.url);
			const folder = await temporaryFolder(t);
			let kill = () => assert.fail('It is not there yet.');
			const proxy = await startFaultyProxy(swift.endpoint, passing => {
				if (!toStore(passing)) {
					return undefined;
				}

				const parts = partsThere.get(where);
				if (parts === undefined) {
					kill();
				} else {
					// The other part is on its way at the same time.
					void untilThere(parts).then(kill);
				}

				return where === 'the last part' ? 'hang' : 'lose answer';
			});
			t.after(async () => {
				calls.close();
				proxy.close();
				await server.close();
			});
			const {accessKeyId, secretAccessKey} = swift.credentials;
			const places = [server.url, proxy.endpoint, accessKeyId, secretAccessKey];
			const victim = importer.start(...places, folder, String(mib));
			kill = () => victim.kill('SIGKILL') as never;
			server.faults = ({action, ofAction}) => {
				if (!toEc2(action, ofAction)) {
					return undefined;
				}

				kill();
				return {kind: 'lose-reply'};
			};
			assert.equal(await ended(victim), 'SIGKILL');

			const {signal} = new AbortController();
			const place = {calls, store, folder, token: 'd2cm-mig-killed', signal};
			if (next === 'cancel') {
				await discardImport(place);
				assert.deepEqual([...server.leftovers(), ...(await leftInBucket(store))], []);
				return;
			}

			const disk = noisyDisk(mib);
			const request = {...place, bucket: importBucket, disk, description: 'killed', tags: {}};
			const {snapshotId, sentBytes} = await importSnapshot(request);

			assert.equal(sentBytes, where === 'the last part' ? (await bytesToSend(disk)) - partBytes : 0);
			assert.equal(server.world.importTasks.size, 1);
			assert.deepEqual(await leftInBucket(store), []);
			await assertSameBytes(calls, snapshotId, disk);
		});
	}
}
