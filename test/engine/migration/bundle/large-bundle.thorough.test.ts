import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {test} from 'node:test';
import {makeBundleParts, partBytes} from '../../../../source/engine/migration/bundle/make-bundle-parts.js';
import {uploadBundle} from '../../../../source/engine/migration/bundle/upload-bundle.js';
import {imageOf, noise} from '../../../helpers/bundle-images.js';
import {bundleRequest} from '../../../helpers/bundle-request.js';
import {openBundle} from '../../../helpers/open-bundle.js';

const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

test('an image of more than 8 GiB, nearly all zeros, is opened by openssl, gzip and tar', async t => {
	const end = noise(1024 * 1024);
	const {request, store, certificates, folder} = await bundleRequest(t, end);
	const zeros = Buffer.alloc(2 * 1024 * 1024);
	const endAt = 8 * 2 ** 30;
	// Some zeros are found by reading; the others are known to be there and must not be read.
	const knownFrom = 64 * 2 ** 20;
	const image = {
		...request.image,
		sizeBytes: endAt + end.length,
		isHole: (offset: number, length: number) => offset >= knownFrom && offset + length <= endAt,
		async read(offset: number, length: number) {
			assert.ok(!image.isHole(offset, length));
			return offset < endAt ? zeros.subarray(0, length) : end;
		},
	};

	const {location} = await uploadBundle({...request, image});

	const opened = await openBundle(store, {bucket: 'images', location}, certificates, join(folder, 'opened'));
	assert.equal(Number(opened.text('size')), image.sizeBytes);
	const once = `{ mkfifo copy; sha1sum <copy >digest & tee copy | tar -xO | tail -c ${end.length} | sha1sum; wait; cat digest; }`;
	const [endSum, digest] = (await opened.untar(once)).split('\n').map(line => line.slice(0, 40));
	assert.equal(endSum, sha1(end));
	assert.equal(digest, opened.text('digest'));
});

test('an image whose ciphertext ends with a part has no empty part after it', async t => {
	const bytes = await fillParts(1);
	const {request, store, certificates, folder} = await bundleRequest(t, bytes);

	const {location, bundledBytes} = await uploadBundle(request);

	assert.equal(bundledBytes, partBytes);
	const opened = await openBundle(store, {bucket: 'images', location}, certificates, join(folder, 'opened'));
	assert.deepEqual(opened.partBytes, [partBytes]);
	assert.equal((await opened.untar('tar -xO | sha1sum')).slice(0, 40), sha1(bytes));
});

/** An image whose bundle has exactly so many bytes: noise does not shrink, so the right length is soon found. */
async function fillParts(parts: number): Promise<Buffer> {
	const most = noise((parts + 1) * partBytes);
	const secret = {key: Buffer.alloc(16), iv: Buffer.alloc(16)};
	let length = parts * partBytes;
	for (let tries = 0; tries < 10; tries++) {
		const stream = makeBundleParts(imageOf(most.subarray(0, length)), {name: 'desktop', secret});
		let next = await stream.next();
		while (!next.done) {
			next.value.release();
			next = await stream.next();
		}

		const missing = parts * partBytes - next.value.bundledBytes;
		if (missing === 0) {
			return most.subarray(0, length);
		}

		length += missing;
	}

	throw new Error('No length fits.');
}
