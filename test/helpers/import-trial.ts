import type {TestContext} from 'node:test';
import type {AwsCalls} from '../../source/engine/cloud/ec2/aws-calls.js';
import type {SnapshotDisk} from '../../source/engine/migration/ebs-direct/snapshot-disk.js';
import type {ImportNews, SnapshotImport} from '../../source/engine/migration/import-snapshot/snapshot-import.js';
import type {ObjectStore} from '../../source/engine/object-store/object-store.js';
import {noise} from './bundle-images.js';
import {uploadTrial} from './ebs-upload.js';
import type {Ec2Server, Ec2ServerOptions} from './ec2-server/ec2-server.js';
import type {ImportRules} from './ec2-server/import-actions.js';
import {createMemoryDisk, seedsFor} from './memory-disk.js';
import {createMemoryObjectStore} from './memory-object-store.js';

export const importBucket = 'imports';

type Changes<Store extends ObjectStore> = Omit<Ec2ServerOptions, 'imports'> & {
	readonly store?: Store;
	readonly imports?: Partial<ImportRules>;
	readonly request?: Partial<SnapshotImport>;
};

export type ImportTrial = {
	readonly server: Ec2Server;
	readonly calls: AwsCalls;
	readonly request: SnapshotImport;
	readonly news: ImportNews[];
	/** Objects and unfinished uploads in the bucket, tasks and snapshots nobody uses. */
	leftovers(): Promise<readonly string[]>;
};

/** A strict server that reads objects from a store, and an import of a small disk that nothing has gone wrong with yet. */
export async function importTrial(
	t: TestContext,
	{store = createMemoryObjectStore(), imports, request, ...options}: Changes<ObjectStore> = {},
): Promise<ImportTrial> {
	const rules = {hasRole: true, volumeGib: 1, source: store, ...imports};
	const {server, calls, upload} = await uploadTrial(t, {
		...options,
		imports: rules,
		patience: {attemptTimeoutMs: 2500},
	});
	const news: ImportNews[] = [];
	const {folder, token, description, tags, signal} = upload;
	return {
		server,
		calls,
		news,
		request: {
			...{calls, folder, token, description, tags, signal, store},
			bucket: importBucket,
			disk: createMemoryDisk(8 * 2 ** 20, seedsFor(6)),
			onTask: one => news.push(one),
			...request,
		},
		leftovers: async () => [...server.leftovers(), ...(await leftInBucket(store))],
	};
}

export async function leftInBucket(store: ObjectStore): Promise<readonly string[]> {
	if ((await store.bucketState(importBucket)) !== 'ours') {
		return [];
	}

	const [objects, uploads] = [await store.list(importBucket, ''), await store.listUploads(importBucket, '')];
	return [...objects.map(({key}) => `object ${key}`), ...uploads.map(({key}) => `upload of ${key}`)];
}

/** A disk that no compressor makes smaller: so many MiB, then a hole. */
export function noisyDisk(mib: number): SnapshotDisk {
	const whole = noise(mib * 2 ** 20, 3);
	return {
		sizeBytes: (mib + 8) * 2 ** 20,
		allocated: () => Array.from({length: 2 * mib}, (_, index) => index),
		async readBlock(index) {
			const block = Buffer.alloc(524_288);
			whole.subarray(index * 524_288, (index + 1) * 524_288).copy(block);
			return block;
		},
		close: async () => undefined,
	};
}
