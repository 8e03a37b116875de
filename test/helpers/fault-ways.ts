import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {buffer} from 'node:stream/consumers';
import type {TestContext} from 'node:test';
import type {Patience} from '../../source/engine/cloud/ec2/call-patiently.js';
import {uploadBundle} from '../../source/engine/migration/bundle/upload-bundle.js';
import {uploadSnapshot} from '../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {importSnapshot} from '../../source/engine/migration/import-snapshot/import-snapshot.js';
import type {ObjectStore} from '../../source/engine/object-store/object-store.js';
import type {S3Limits} from '../../source/engine/object-store/s3-caller.js';
import {createS3Store} from '../../source/engine/object-store/s3-store.js';
import {type ResumePoint, uploadObject} from '../../source/engine/object-store/upload-object.js';
import {noise} from './bundle-images.js';
import {bundleRequest} from './bundle-request.js';
import {callsTo} from './ebs-upload.js';
import {type Ec2Server, startEc2Server} from './ec2-server/ec2-server.js';
import {type Passing, type Fault as S3Fault, startFaultyProxy} from './faulty-proxy.js';
import {noisyDisk} from './import-trial.js';
import {createMemoryDisk, seedsFor} from './memory-disk.js';
import {openBundle} from './open-bundle.js';
import {assertSameBytes} from './read-snapshot.js';
import type {SwiftServer} from './swift-server.js';
import {swiftTraits} from './swift-traits.js';
import {temporaryFolder} from './temporary-folder.js';

/** How long one waits for a server, in the store's words and in EC2's. */
export type Waiting = {readonly s3: Partial<S3Limits>; readonly ec2: Partial<Patience>};

/** One upload by one way, to real servers with faults before them. */
export type WayTrial = {
	readonly server: Ec2Server;
	/** Begins, or goes on with what an earlier run has begun. */
	run(waiting: Waiting): Promise<void>;
	/** The cloud has what the source has, byte by byte. */
	assertWhole(): Promise<void>;
	/** The cloud has nothing that looks whole, or it is. */
	assertNothingWrong(): Promise<void>;
};

export type Way = 'object' | 'ebs-direct' | 'import-snapshot' | 'bundle';

type Setting = {
	readonly swift: SwiftServer;
	readonly toStore: (passing: Passing) => S3Fault | undefined;
};

let bucketNumber = 0;

export async function startWay(t: TestContext, way: Way, {swift, toStore}: Setting): Promise<WayTrial> {
	const direct = createS3Store({...swift, traits: swiftTraits});
	const server = await startEc2Server({imports: {hasRole: true, volumeGib: 1, source: direct}});
	const proxy = await startFaultyProxy(swift.endpoint, toStore);
	t.after(async () => {
		proxy.close();
		await server.close();
	});
	bucketNumber++;
	const {region, credentials} = swift;
	const world: World = {
		direct,
		server,
		bucket: `faults-${bucketNumber}`,
		folder: await temporaryFolder(t),
		store: limits => createS3Store({endpoint: proxy.endpoint, region, credentials, traits: swiftTraits, limits}),
	};
	return {server, ...(await ways[way](world, t))};
}

type World = {
	/** Without faults. */
	readonly direct: ObjectStore;
	readonly server: Ec2Server;
	readonly bucket: string;
	readonly folder: string;
	store(limits: Partial<S3Limits>): ObjectStore;
};

const signal = new AbortController().signal;

const ways: Readonly<Record<Way, (world: World, t: TestContext) => Promise<Omit<WayTrial, 'server'>>>> = {
	async object({direct, bucket, store}) {
		const partBytes = 5 * 2 ** 20;
		const whole = noise(partBytes + 100_000, 5);
		await direct.makeBucket(bucket);
		let resume: ResumePoint | undefined;
		const assertWhole = async () => {
			assert.ok((await buffer(direct.get(bucket, 'disk'))).equals(whole));
			assert.deepEqual(await direct.listUploads(bucket, ''), []);
		};
		return {
			async run({s3}) {
				await uploadObject({
					...{store: store(s3), bucket, key: 'disk', bytes: whole.length, partBytes, resume},
					async *open() {
						yield whole;
					},
					async onBegin(point) {
						resume = point;
					},
				});
			},
			assertWhole,
			assertNothingWrong: async () => ((await direct.head(bucket, 'disk')) ? assertWhole() : undefined),
		};
	},

	async 'ebs-direct'({server, folder}) {
		const disk = createMemoryDisk(16 * 2 ** 20, seedsFor(12));
		const upload = {disk, folder, token: 'd2cm-mig-faults', description: 'faults', tags: {}, signal, workers: 4};
		return {
			async run({ec2}) {
				const calls = callsTo(server.url, ec2);
				await uploadSnapshot({...upload, calls}).finally(() => calls.close());
			},
			assertWhole: async () => assertOneSnapshot(server, disk),
			assertNothingWrong: async () => assertNoSnapshot(server),
		};
	},

	async 'import-snapshot'({direct, server, bucket, folder, store}) {
		// Two parts: noise becomes larger when it is compressed.
		const disk = noisyDisk(8);
		const request = {bucket, disk, folder, token: 'd2cm-mig-faults', description: 'faults', tags: {}, signal};
		return {
			async run({s3, ec2}) {
				const calls = callsTo(server.url, ec2);
				await importSnapshot({...request, calls, store: store(s3)}).finally(() => calls.close());
			},
			async assertWhole() {
				await assertOneSnapshot(server, disk);
				assert.deepEqual([...(await direct.list(bucket, '')), ...(await direct.listUploads(bucket, ''))], []);
			},
			assertNothingWrong: async () => assertNoSnapshot(server),
		};
	},

	async bundle({direct, bucket, folder, store}, t) {
		// Two parts.
		const image = noise(10 * 2 ** 20 + 100_000, 6);
		const {request, certificates} = await bundleRequest(t, image);
		return {
			async run({s3}) {
				await uploadBundle({...request, bucket, store: store(s3)});
			},
			async assertWhole() {
				const opened = join(folder, 'opened');
				const place = {bucket, location: `${bucket}/desktop.manifest.xml`};
				await (await openBundle(direct, place, certificates, opened)).untar('tar -x');
				assert.ok((await readFile(join(opened, 'desktop'))).equals(image));
			},
			async assertNothingWrong() {
				const isThere = (await direct.bucketState(bucket)) === 'ours';
				assert.equal(isThere ? await direct.head(bucket, 'desktop.manifest.xml') : undefined, undefined);
			},
		};
	},
};

async function assertOneSnapshot(server: Ec2Server, disk: Parameters<typeof assertSameBytes>[2]): Promise<void> {
	const completed = [...server.world.snapshots.values()].filter(({status}) => status === 'completed');
	assert.equal(completed.length, 1);
	const calls = callsTo(server.url);
	await assertSameBytes(calls, completed[0]?.id ?? '', disk).finally(() => calls.close());
}

function assertNoSnapshot({world}: Ec2Server): void {
	assert.deepEqual(
		[...world.snapshots.values()].filter(({status}) => status === 'completed'),
		[],
	);
}
