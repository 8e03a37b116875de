import assert from 'node:assert/strict';
import {createHash, randomBytes, randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {composedEtag} from '../../source/engine/object-store/composed-etag.js';
import {BucketTakenError} from '../../source/engine/object-store/errors/bucket-taken-error.js';
import {NoSuchBucketError} from '../../source/engine/object-store/errors/no-such-bucket-error.js';
import {NoSuchObjectError} from '../../source/engine/object-store/errors/no-such-object-error.js';
import {NoSuchUploadError} from '../../source/engine/object-store/errors/no-such-upload-error.js';
import type {ObjectStore} from '../../source/engine/object-store/object-store.js';

export type ObjectStoreUnderTest = {
	readonly store: ObjectStore;
	/** A bucket of another owner; left out where the server has no such thing (see `lacks`). */
	readonly foreignBucket?: string;
	close(): Promise<void>;
};

/** What some server cannot show, with the reason; everything else is asked of every server. */
export type Lack = 'foreign buckets' | 'addresses' | 'parts of a gone upload refused';

const partBytes = 5 * 1024 * 1024;
const md5 = (body: Uint8Array): string => createHash('md5').update(body).digest('hex');

/** What the port `ObjectStore` promises, asked of one server. */
export function objectStoreSuite(
	name: string,
	openStore: () => Promise<ObjectStoreUnderTest>,
	lacks: Readonly<Partial<Record<Lack, string>>> = {},
): void {
	describe(`the object store port, by ${name}`, () => {
		let tested: ObjectStoreUnderTest;
		let store: ObjectStore;
		const bucket = `suite-${randomUUID()}`;
		const missing = `missing-${randomUUID()}`;

		before(async () => {
			tested = await openStore();
			({store} = tested);
			await store.makeBucket(bucket);
		});
		after(async () => tested?.close());

		const read = async (key: string): Promise<Buffer> => {
			const chunks: Buffer[] = [];
			for await (const chunk of store.get(bucket, key)) {
				chunks.push(chunk);
			}

			return Buffer.concat(chunks);
		};

		test('a bucket that was made is ours, making it again is success, another is missing', async () => {
			assert.equal(await store.bucketState(bucket), 'ours');
			await store.makeBucket(bucket);
			assert.equal(await store.bucketState(missing), 'missing');
		});

		if (!lacks['foreign buckets']) {
			test("another owner's bucket is foreign, and cannot be made", async () => {
				const {foreignBucket} = tested;
				assert.ok(foreignBucket);
				assert.equal(await store.bucketState(foreignBucket), 'foreign');
				await assert.rejects(store.makeBucket(foreignBucket), BucketTakenError);
			});
		}

		for (const [what, body] of [
			['empty', Buffer.alloc(0)],
			['small', Buffer.from('Grüße an alle')],
			['over a megabyte', randomBytes(1_234_567)],
		] as const) {
			test(`an object (${what}) is read as it was put, with its MD5 as ETag`, async () => {
				const key = `objects/${what} ö+&=?.bin`;
				await store.put(bucket, key, body);
				assert.deepEqual(await store.head(bucket, key), {key, bytes: body.length, etag: md5(body)});
				assert.deepEqual(await read(key), body);
			});
		}

		test('putting an object again replaces it', async () => {
			await store.put(bucket, 'again', Buffer.from('one'));
			await store.put(bucket, 'again', Buffer.from('two'));
			assert.equal(String(await read('again')), 'two');
		});

		test('what is not there has no head, and cannot be read', async () => {
			assert.equal(await store.head(bucket, 'nowhere'), undefined);
			await assert.rejects(read('nowhere'), NoSuchObjectError);
			await assert.rejects(store.put(missing, 'a', Buffer.from('a')), NoSuchBucketError);
			await assert.rejects(store.list(missing, ''), NoSuchBucketError);
			await assert.rejects(store.beginUpload(missing, 'a'), NoSuchBucketError);
		});

		if (!lacks.addresses) {
			test('an address made for an object gives it to whoever has the address, or the end of it', async () => {
				const [key, body] = ['d2cm/a b+c/ü(1)', randomBytes(1000)];
				await store.put(bucket, key, body);
				const address = await store.presignGet(bucket, key, 60);
				const whole = await fetch(address);
				assert.equal(whole.status, 200, address);
				assert.deepEqual(Buffer.from(await whole.arrayBuffer()), body);
				const rest = await fetch(address, {headers: {range: 'bytes=900-'}});
				assert.equal(rest.status, 206);
				assert.deepEqual(Buffer.from(await rest.arrayBuffer()), body.subarray(900));
			});
		}

		test('objects are listed by prefix, in order, and removed; finding them gone is success', async () => {
			const keys = Array.from({length: 12}, (_, index) => `list/${String(index).padStart(2, '0')} ä`);
			await Promise.all(keys.map(async key => store.put(bucket, key, Buffer.from(key))));
			await store.put(bucket, 'listed-not', Buffer.from('x'));
			const listed = await store.list(bucket, 'list/');
			assert.deepEqual(
				listed.map(({key}) => key),
				keys,
			);
			const {modifiedAt = new Date().toISOString(), ...first} = listed[0] ?? {};
			assert.deepEqual(first, {key: keys[0], bytes: 10, etag: md5(Buffer.from(keys[0] ?? ''))});
			assert.ok(Math.abs(Date.now() - Date.parse(modifiedAt)) < 3_600_000);
			await store.remove(bucket, keys[0] ?? '');
			await store.remove(bucket, keys[0] ?? '');
			await store.removeAll(bucket, keys);
			await store.removeAll(bucket, []);
			assert.deepEqual(await store.list(bucket, 'list/'), []);
			assert.equal((await store.head(bucket, 'listed-not'))?.bytes, 1);
		});

		test('an upload in parts, in any order and with one repeated, makes one object', async () => {
			const bodies = [randomBytes(partBytes), randomBytes(partBytes), randomBytes(1000)];
			const upload = await store.beginUpload(bucket, 'parts/whole');
			assert.deepEqual(await store.listParts(upload), []);
			const last = await store.putPart(upload, 3, bodies[2] as Buffer);
			assert.deepEqual(last, {number: 3, bytes: 1000, etag: md5(bodies[2] as Buffer)});
			await store.putPart(upload, 1, randomBytes(partBytes));
			const second = await store.putPart(upload, 2, bodies[1] as Buffer);
			const first = await store.putPart(upload, 1, bodies[0] as Buffer);
			assert.deepEqual(await store.listParts(upload), [first, second, last]);
			assert.equal(await store.head(bucket, 'parts/whole'), undefined);
			await store.completeUpload(upload, [first, second, last]);
			const whole = Buffer.concat(bodies);
			assert.deepEqual(await store.head(bucket, 'parts/whole'), {
				key: 'parts/whole',
				bytes: whole.length,
				etag: composedEtag(bodies.map(md5)),
			});
			assert.ok(whole.equals(await read('parts/whole')));
			await store.completeUpload(upload, [first, second, last]);
			assert.deepEqual(await store.listUploads(bucket, 'parts/'), []);
		});

		test('an upload is not completed with a part that is not there as said', async () => {
			const upload = await store.beginUpload(bucket, 'parts/wrong');
			const part = await store.putPart(upload, 1, Buffer.from('right'));
			await assert.rejects(store.completeUpload(upload, [{...part, etag: md5(Buffer.from('wrong'))}]));
			assert.equal(await store.head(bucket, 'parts/wrong'), undefined);
			await store.abortUpload(upload);
		});

		test('unfinished uploads are listed by prefix; an aborted one is gone, and aborting it again is success', async () => {
			const kept = await store.beginUpload(bucket, 'unfinished/kept');
			const aborted = await store.beginUpload(bucket, 'unfinished/aborted');
			const other = await store.beginUpload(bucket, 'other');
			await store.putPart(aborted, 1, Buffer.from('part'));
			await store.abortUpload(aborted);
			await store.abortUpload(aborted);
			assert.deepEqual(await store.listUploads(bucket, 'unfinished/'), [kept]);
			await assert.rejects(store.listParts(aborted), NoSuchUploadError);
			if (!lacks['parts of a gone upload refused']) {
				await assert.rejects(store.putPart(aborted, 1, Buffer.from('part')), NoSuchUploadError);
			}

			await store.abortUpload(kept);
			await store.abortUpload(other);
			assert.deepEqual(await store.listUploads(bucket, ''), []);
		});
	});
}
