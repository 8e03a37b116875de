import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {DamagedTransferError} from '../../../source/engine/object-store/errors/damaged-transfer-error.js';
import {SourceSizeError} from '../../../source/engine/object-store/errors/source-size-error.js';
import {type ObjectUpload, type ResumePoint, uploadObject} from '../../../source/engine/object-store/upload-object.js';
import {createMemoryObjectStore} from '../../helpers/memory-object-store.js';

const partBytes = 5 * 1024 * 1024;
const whole = randomBytes(4 * partBytes + 1234);
const bucket = 'images';
const key = 'worker/disk';

async function* inChunks(body: Buffer, chunkBytes = 1_000_003): AsyncIterable<Buffer> {
	for (let offset = 0; offset < body.length; offset += chunkBytes) {
		yield body.subarray(offset, offset + chunkBytes);
	}
}

async function setUp() {
	const store = createMemoryObjectStore();
	await store.makeBucket(bucket);
	const upload: ObjectUpload = {store, bucket, key, bytes: whole.length, partBytes, open: () => inChunks(whole)};
	const stored = async (): Promise<Buffer> => {
		const chunks: Buffer[] = [];
		for await (const chunk of store.get(bucket, key)) {
			chunks.push(chunk);
		}

		return Buffer.concat(chunks);
	};
	return {store, upload, stored};
}

test('an object is uploaded in parts, with progress up to its size', async () => {
	const {upload, stored, store} = await setUp();
	const progress: number[] = [];
	const points: ResumePoint[] = [];
	const result = await uploadObject({
		...upload,
		onBegin: async point => {
			points.push(point);
		},
		onProgress: ({doneBytes}) => progress.push(doneBytes),
	});
	assert.ok(whole.equals(await stored()));
	assert.equal(result.sentBytes, whole.length);
	assert.match(result.etag, /-5$/);
	assert.equal(progress.length, 5);
	assert.equal(progress.at(-1), whole.length);
	assert.deepEqual(
		points.map(point => point.partBytes),
		[partBytes],
	);
	assert.deepEqual(await store.listUploads(bucket, ''), []);
});

for (const bytes of [0, 1, partBytes, partBytes + 1, 2 * partBytes]) {
	test(`an object of ${bytes} bytes arrives as it is`, async () => {
		const {upload, stored} = await setUp();
		const body = whole.subarray(0, bytes);
		await uploadObject({...upload, bytes, open: () => inChunks(body)});
		assert.ok(body.equals(await stored()));
	});
}

for (const bytes of [1, partBytes, partBytes + 1, 2 * partBytes]) {
	test(`a stream of ${bytes} bytes whose length nobody knew arrives as it is, and is found again`, async () => {
		const {upload, stored} = await setUp();
		const body = whole.subarray(0, bytes);
		const stream = {...upload, isExact: false, open: () => inChunks(body)};
		assert.equal((await uploadObject(stream)).bytes, bytes);
		assert.ok(body.equals(await stored()));

		const again = await uploadObject({...stream, resume: {uploadId: 'gone', partBytes}});
		assert.deepEqual([again.bytes, again.sentBytes, again.foundBytes], [bytes, 0, bytes]);
	});
}

test('a stream that is longer than the most it can be is never completed', async () => {
	const {upload, store} = await setUp();
	await assert.rejects(uploadObject({...upload, bytes: whole.length - 1, isExact: false}), SourceSizeError);
	assert.deepEqual(await store.list(bucket, ''), []);
});

test('no more parts than workers are on their way, and no more are held than one beyond', async () => {
	const {upload, store} = await setUp();
	let [underWay, most, read] = [0, 0, 0];
	const held: number[] = [];
	store.onCall = async call => {
		if (call.startsWith('putPart')) {
			most = Math.max(most, ++underWay);
			await new Promise(resolve => setTimeout(resolve, 20));
			underWay--;
		}
	};
	let done = 0;
	await uploadObject({
		...upload,
		workers: 2,
		onProgress: progress => {
			done = progress.doneBytes;
		},
		async *open() {
			for await (const chunk of inChunks(whole)) {
				read += chunk.length;
				held.push(read - done);
				yield chunk;
			}
		},
	});
	assert.equal(most, 2);
	assert.ok(Math.max(...held) <= 3 * partBytes + 1_000_003, `${Math.max(...held)} bytes were held`);
});

test('a failed upload is resumed: only what is missing is sent', async () => {
	const {upload, store, stored} = await setUp();
	let point: ResumePoint | undefined;
	store.onCall = call => {
		if (call.endsWith(' 4')) {
			throw new Error('The cable is cut.');
		}
	};
	const begun = uploadObject({
		...upload,
		workers: 1,
		onBegin: async begunAt => {
			point = begunAt;
		},
	});
	await assert.rejects(begun, /cable/);
	assert.equal((await store.listUploads(bucket, key)).length, 1);

	store.onCall = () => undefined;
	const result = await uploadObject({...upload, resume: point});
	assert.equal(result.foundBytes, 3 * partBytes);
	assert.equal(result.sentBytes, partBytes + 1234);
	assert.ok(whole.equals(await stored()));
});

test('what changed since is sent again when an upload is resumed', async () => {
	const {upload, store, stored} = await setUp();
	const unfinished = await store.beginUpload(bucket, key);
	await store.putPart(unfinished, 1, whole.subarray(0, partBytes));
	await store.putPart(unfinished, 2, randomBytes(partBytes));
	await store.putPart(unfinished, 3, whole.subarray(2 * partBytes, 2 * partBytes + 1000));
	const result = await uploadObject({...upload, resume: {uploadId: unfinished.uploadId, partBytes}});
	assert.equal(result.foundBytes, partBytes);
	assert.ok(whole.equals(await stored()));
});

test('an upload that is gone begins anew, and a finished one is found', async () => {
	const {upload, store, stored} = await setUp();
	const resume = {uploadId: 'gone', partBytes};
	assert.equal((await uploadObject({...upload, resume})).sentBytes, whole.length);
	const before = store.calls.length;
	const found = await uploadObject({...upload, resume});
	assert.deepEqual([found.sentBytes, found.foundBytes], [0, whole.length]);
	assert.equal(store.calls.length, before);
	const changed = Buffer.from(whole);
	changed[7] = (changed[7] ?? 0) ^ 1;
	await uploadObject({...upload, resume, open: () => inChunks(changed)});
	assert.ok(changed.equals(await stored()));
});

test('unfinished uploads of the same key that nobody wrote down are removed, others stay', async () => {
	const {upload, store} = await setUp();
	await store.beginUpload(bucket, key);
	const other = await store.beginUpload(bucket, `${key}-2`);
	await uploadObject(upload);
	assert.deepEqual(await store.listUploads(bucket, ''), [other]);
});

test('a cancelled upload leaves nothing', async () => {
	const {upload, store} = await setUp();
	const cancel = new AbortController();
	store.onCall = call => {
		if (call.endsWith(' 2')) {
			cancel.abort();
		}
	};
	await assert.rejects(uploadObject({...upload, signal: cancel.signal}), CancelledError);
	assert.deepEqual(await store.listUploads(bucket, ''), []);
	assert.deepEqual(await store.list(bucket, ''), []);
});

for (const [what, bytes] of [
	['ends early', whole.length + 1],
	['is longer', whole.length - 1],
] as const) {
	test(`a source that ${what} than was said is never completed`, async () => {
		const {upload, store} = await setUp();
		await assert.rejects(uploadObject({...upload, bytes}), SourceSizeError);
		await assert.rejects(uploadObject({...upload, bytes, partBytes: 2 * whole.length}), SourceSizeError);
		assert.deepEqual(await store.list(bucket, ''), []);
	});
}

test('an object that is not what was sent is told', async () => {
	const {upload, store} = await setUp();
	store.head = async () => ({key, bytes: whole.length, etag: `${createHash('md5').digest('hex')}-5`});
	await assert.rejects(uploadObject(upload), DamagedTransferError);
	store.head = async () => ({key, bytes: whole.length - 1, etag: 'opaque'});
	await assert.rejects(uploadObject(upload), DamagedTransferError);
});

test('under KMS keys, where ETags are no MD5s, the size decides', async () => {
	const {upload, store} = await setUp();
	const {putPart, completeUpload} = store;
	const real = new Map<number, string>();
	store.putPart = async (...put) => {
		const part = await putPart(...put);
		real.set(part.number, part.etag);
		return {...part, etag: `opaque-${part.number}`};
	};
	store.completeUpload = async (target, parts) =>
		completeUpload(
			target,
			parts.map(part => ({...part, etag: real.get(part.number) ?? ''})),
		);
	await uploadObject(upload);
});
