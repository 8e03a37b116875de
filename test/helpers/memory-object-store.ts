import {createHash, randomUUID} from 'node:crypto';
import {composedEtag} from '../../source/engine/object-store/composed-etag.js';
import {BucketTakenError} from '../../source/engine/object-store/errors/bucket-taken-error.js';
import {NoSuchBucketError} from '../../source/engine/object-store/errors/no-such-bucket-error.js';
import {NoSuchObjectError} from '../../source/engine/object-store/errors/no-such-object-error.js';
import {NoSuchUploadError} from '../../source/engine/object-store/errors/no-such-upload-error.js';
import {StoreRefusedError} from '../../source/engine/object-store/errors/store-refused-error.js';
import type {MultipartUpload, ObjectStore, UploadedPart} from '../../source/engine/object-store/object-store.js';

export type MemoryObjectStore = ObjectStore & {
	/** Every change that was asked for, in order: `put KEY`, `putPart KEY 3`. */
	readonly calls: readonly string[];
	/** All there is: `object BUCKET/KEY`, `upload BUCKET/KEY`. */
	contents(): readonly string[];
	/** A bucket of another owner. */
	addForeignBucket(name: string): void;
	/** Called before each change; what it throws is what the store says. Waiting in it is a slow store. */
	onCall: (call: string) => void | Promise<void>;
};

type Entry = {readonly body: Buffer; readonly etag: string};
type Upload = MultipartUpload & {readonly parts: Map<number, Entry>};

const smallestPart = 5 * 1024 * 1024;

/** An object store for tests of what uses one; it passes the same suite as the real servers. */
export function createMemoryObjectStore(): MemoryObjectStore {
	const buckets = new Map<string, Map<string, Entry>>();
	const foreign = new Set<string>();
	const uploads = new Map<string, Upload>();
	const calls: string[] = [];

	const inBucket = (bucket: string): Map<string, Entry> => {
		const entries = buckets.get(bucket);
		if (!entries) {
			throw new NoSuchBucketError(bucket);
		}

		return entries;
	};
	const uploadOf = ({bucket, key, uploadId}: MultipartUpload): Upload => {
		const upload = uploads.get(uploadId);
		if (!upload) {
			throw new NoSuchUploadError(bucket, key);
		}

		return upload;
	};
	const call = async (words: string): Promise<void> => {
		calls.push(words);
		await store.onCall(words);
	};
	const described = ({parts}: Upload): readonly UploadedPart[] =>
		[...parts]
			.map(([number, {body, etag}]) => ({number, bytes: body.length, etag}))
			.toSorted((a, b) => a.number - b.number);

	const store: MemoryObjectStore = {
		calls,
		onCall: () => undefined,
		contents: () => [
			...[...buckets].flatMap(([bucket, entries]) => [...entries.keys()].map(key => `object ${bucket}/${key}`)),
			...[...uploads.values()].map(({bucket, key}) => `upload ${bucket}/${key}`),
		],
		addForeignBucket(name) {
			foreign.add(name);
		},
		under: () => store,
		async bucketState(bucket) {
			return foreign.has(bucket) ? 'foreign' : buckets.has(bucket) ? 'ours' : 'missing';
		},
		async makeBucket(bucket) {
			await call(`makeBucket ${bucket}`);
			if (foreign.has(bucket)) {
				throw new BucketTakenError(bucket);
			}

			if (!buckets.has(bucket)) {
				buckets.set(bucket, new Map());
			}
		},
		async put(bucket, key, body, {signal} = {}) {
			await call(`put ${key}`);
			signal?.throwIfAborted();
			inBucket(bucket).set(key, entryOf(body));
		},
		async head(bucket, key) {
			const entry = inBucket(bucket).get(key);
			return entry && {key, bytes: entry.body.length, etag: entry.etag};
		},
		async *get(bucket, key) {
			const entry = inBucket(bucket).get(key);
			if (!entry) {
				throw new NoSuchObjectError(bucket, key);
			}

			for (let offset = 0; offset < entry.body.length; offset += 65_536) {
				yield entry.body.subarray(offset, offset + 65_536);
			}
		},
		presignGet: async (bucket, key, expiresSeconds) => `memory://${bucket}/${key}?expires=${expiresSeconds}`,
		async list(bucket, prefix) {
			return [...inBucket(bucket)]
				.filter(([key]) => key.startsWith(prefix))
				.map(([key, {body, etag}]) => ({key, bytes: body.length, etag}))
				.toSorted((a, b) => (a.key < b.key ? -1 : 1));
		},
		async remove(bucket, key) {
			await call(`remove ${key}`);
			inBucket(bucket).delete(key);
		},
		async removeAll(bucket, keys) {
			for (const key of keys) {
				await store.remove(bucket, key);
			}
		},
		async beginUpload(bucket, key) {
			await call(`beginUpload ${key}`);
			inBucket(bucket);
			const upload = {bucket, key, uploadId: randomUUID(), parts: new Map()};
			uploads.set(upload.uploadId, upload);
			return {bucket, key, uploadId: upload.uploadId};
		},
		async putPart(upload, number, body, {signal} = {}) {
			await call(`putPart ${upload.key} ${number}`);
			signal?.throwIfAborted();
			const entry = entryOf(body);
			uploadOf(upload).parts.set(number, entry);
			return {number, bytes: body.length, etag: entry.etag};
		},
		async listParts(upload) {
			return described(uploadOf(upload));
		},
		async completeUpload(upload, parts) {
			await call(`completeUpload ${upload.key}`);
			const {bucket, key, uploadId} = upload;
			const etag = composedEtag(parts.map(part => part.etag));
			if (!uploads.has(uploadId) && inBucket(bucket).get(key)?.etag === etag) {
				return;
			}

			const bodies = parts.map(part => {
				const entry = uploadOf(upload).parts.get(part.number);
				if (entry?.etag !== part.etag) {
					throw new StoreRefusedError('memory', 'CompleteMultipartUpload', 'InvalidPart', '');
				}

				return entry.body;
			});
			if (bodies.slice(0, -1).some(body => body.length < smallestPart)) {
				throw new StoreRefusedError('memory', 'CompleteMultipartUpload', 'EntityTooSmall', '');
			}

			inBucket(bucket).set(key, {body: Buffer.concat(bodies), etag});
			uploads.delete(uploadId);
		},
		async abortUpload({key, uploadId}) {
			await call(`abortUpload ${key}`);
			uploads.delete(uploadId);
		},
		async listUploads(bucket, prefix) {
			return [...uploads.values()]
				.filter(upload => upload.bucket === bucket && upload.key.startsWith(prefix))
				.map(({key, uploadId}) => ({bucket, key, uploadId}));
		},
	};
	return store;
}

function entryOf(body: Uint8Array): Entry {
	return {body: Buffer.from(body), etag: createHash('md5').update(body).digest('hex')};
}
