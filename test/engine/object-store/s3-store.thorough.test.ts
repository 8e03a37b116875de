import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {MissingProfileError} from '../../../source/engine/credentials/errors/missing-profile-error.js';
import {AppError} from '../../../source/engine/errors/app-error.js';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {AclRefusedError} from '../../../source/engine/object-store/errors/acl-refused-error.js';
import {BucketNameError} from '../../../source/engine/object-store/errors/bucket-name-error.js';
import {BucketRegionError} from '../../../source/engine/object-store/errors/bucket-region-error.js';
import {BucketTakenError} from '../../../source/engine/object-store/errors/bucket-taken-error.js';
import {ClockSkewError} from '../../../source/engine/object-store/errors/clock-skew-error.js';
import {DamagedTransferError} from '../../../source/engine/object-store/errors/damaged-transfer-error.js';
import {NoSuchBucketError} from '../../../source/engine/object-store/errors/no-such-bucket-error.js';
import {StoreKeysError} from '../../../source/engine/object-store/errors/store-keys-error.js';
import {StoreRefusedError} from '../../../source/engine/object-store/errors/store-refused-error.js';
import {StoreRightsError} from '../../../source/engine/object-store/errors/store-rights-error.js';
import {StoreUnavailableError} from '../../../source/engine/object-store/errors/store-unavailable-error.js';
import type {S3CallerOptions} from '../../../source/engine/object-store/s3-caller.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {bundleModule} from '../../helpers/bundle-module.js';
import {type CannedServer, s3Error, startCannedServer} from '../../helpers/canned-server.js';
import {swiftTraits} from '../../helpers/swift-traits.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

type Answers = Parameters<typeof startCannedServer>[0];

const limits = {attempts: 3, firstPauseMs: 1, longestPauseMs: 1, idleMs: 60_000};
const credentials = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'the-secret'};
const md5 = (body: Uint8Array | string) => createHash('md5').update(body).digest('hex');

async function storeWith(t: TestContext, answers: Answers, more: Partial<S3CallerOptions> = {}) {
	const server: CannedServer = await startCannedServer(answers);
	t.after(() => server.close());
	const {endpoint, requests} = server;
	const store = createS3Store({endpoint, region: 'eu-west-1', credentials, traits: swiftTraits, limits, ...more});
	return {store, requests};
}

const hourAgo = () => new Date(Date.now() - 3_600_000).toUTCString();

for (const [what, answer, kind, words] of [
	['no such bucket', s3Error(404, 'NoSuchBucket'), NoSuchBucketError, /no bucket images/],
	[
		'a bucket in another region',
		s3Error(301, 'PermanentRedirect', '', {'x-amz-bucket-region': 'us-west-1'}),
		BucketRegionError,
		/is in the region us-west-1, not in eu-west-1/,
	],
	[
		'a signature for another region',
		s3Error(400, 'AuthorizationHeaderMalformed', '<Region>us-east-1</Region>'),
		BucketRegionError,
		/us-east-1/,
	],
	[
		"another owner's bucket",
		s3Error(403, 'AccessDenied'),
		StoreRightsError,
		/may not PutObject disk in the bucket images/,
	],
	['an unknown access key', s3Error(403, 'InvalidAccessKeyId'), StoreKeysError, /does not know the access key/],
	['a wrong secret key', s3Error(403, 'SignatureDoesNotMatch'), StoreKeysError, /refuses the signature/],
	['an expired session', s3Error(400, 'ExpiredToken'), StoreKeysError, /has expired/],
	[
		'a wrong clock',
		s3Error(403, 'RequestTimeTooSkewed', '', {date: hourAgo()}),
		ClockSkewError,
		/is 1 h [01] min ahead of that of 127\.0\.0\.1/,
	],
	['refused ACLs', s3Error(400, 'AccessControlListNotSupported'), AclRefusedError, /accepts no ACLs/],
	['a quota', s3Error(403, 'QuotaExceeded'), StoreRefusedError, /QuotaExceeded \(Words of the server\)\.$/],
	['a feature that is not there', s3Error(501, 'NotImplemented'), StoreRefusedError, /NotImplemented/],
] as const) {
	test(`${what}: one sentence with a hint, at once`, async t => {
		const {store, requests} = await storeWith(t, () => answer);
		await assert.rejects(store.put('images', 'disk', Buffer.from('abc')), error => {
			assert.ok(error instanceof AppError && error instanceof kind, String(error));
			assert.match(error.message, words);
			assert.ok(error.hint);
			assert.ok(!`${error.message}${error.hint}`.includes(credentials.secretAccessKey));
			return true;
		});
		assert.equal(requests.length, 1);
	});
}

for (const [what, answer, words] of [
	['broken connections', 'cut', /in 3 attempts: the connection broke/],
	['servers that hang', 'hang', /in 3 attempts: it did not answer in time/],
	['errors of its own', s3Error(500, 'InternalError'), /in 3 attempts: it answered 500 InternalError/],
	['answers that ask for patience', s3Error(503, 'SlowDown'), /in 3 attempts: it answered 503 SlowDown/],
	["a proxy's pages", {status: 502, headers: {'content-type': 'text/html'}, body: '<html><hr>'}, /it answered 502/],
] as const) {
	test(`${what} are outlasted, or end in one sentence after all attempts`, async t => {
		const body = Buffer.from('abc');
		const more = answer === 'hang' ? {limits: {...limits, idleMs: 2000}} : {};
		const passing = await storeWith(
			t,
			(_, number) => (number < 3 ? answer : {status: 200, headers: {etag: `"${md5(body)}"`}}),
			more,
		);
		await passing.store.put('images', 'disk', body);
		assert.equal(passing.requests.length, 3);

		const lasting = await storeWith(t, () => answer, more);
		await assert.rejects(lasting.store.put('images', 'disk', body), error => {
			assert.ok(error instanceof StoreUnavailableError, String(error));
			assert.match(error.message, words);
			return true;
		});
		assert.equal(lasting.requests.length, 3);
	});
}

test('a store that fails by itself is not blamed on the network, and one that speaks no TLS is told as that', async t => {
	const failing = await storeWith(t, () => s3Error(500, 'InternalError'));
	await assert.rejects(failing.store.put('images', 'disk', Buffer.from('abc')), {hint: /tell whoever runs the store/});
	const server = await startCannedServer(() => ({status: 200}));
	t.after(() => server.close());
	const endpoint = server.endpoint.replace('http:', 'https:');
	const store = createS3Store({endpoint, region: 'us-east-1', credentials, traits: swiftTraits, limits});
	await assert.rejects(store.put('images', 'disk', Buffer.from('abc')), {
		name: 'NoTlsError',
		hint: /Write http:\/\/ in the S3 address/,
	});
});

test('nothing answers: it is said', async () => {
	const endpoint = 'http://127.0.0.1:9';
	const store = createS3Store({endpoint, region: 'us-east-1', credentials, traits: swiftTraits, limits});
	await assert.rejects(store.put('images', 'disk', Buffer.from('abc')), {
		message: '127.0.0.1:9 did not do PutObject in 3 attempts: nothing answers at this address.',
	});
});

test('an ETag that is not the MD5 of what was sent is sent again, and never taken', async t => {
	const body = Buffer.from('abc');
	const wrong = {status: 200, headers: {etag: `"${md5('other')}"`}};
	const {store, requests} = await storeWith(t, (_, number) =>
		number < 2 ? wrong : {status: 200, headers: {etag: `"${md5(body)}"`}},
	);
	const upload = {bucket: 'images', key: 'disk', uploadId: 'u'};
	assert.deepEqual(await store.putPart(upload, 4, body), {number: 4, bytes: 3, etag: md5(body)});
	assert.equal(requests.length, 2);

	const lasting = await storeWith(t, () => wrong);
	await assert.rejects(lasting.store.putPart(upload, 4, body), DamagedTransferError);
	await assert.rejects(lasting.store.put('images', 'disk', body), DamagedTransferError);
});

test('under a KMS key the ETag is no MD5, and Content-MD5 has been checked by the store', async t => {
	const sent: Array<string | string[] | undefined> = [];
	const {store} = await storeWith(t, request => {
		sent.push(request.headers['content-md5']);
		return {status: 200, headers: {etag: '"opaque"', 'x-amz-server-side-encryption': 'aws:kms'}};
	});
	const part = await store.putPart({bucket: 'images', key: 'disk', uploadId: 'u'}, 1, Buffer.from('abc'));
	assert.equal(part.etag, 'opaque');
	assert.deepEqual(sent, [Buffer.from(md5('abc'), 'hex').toString('base64')]);
});

test('a wrong clock is also seen where the answer has no words', async t => {
	const {store} = await storeWith(t, () => ({status: 403, headers: {date: hourAgo()}}));
	await assert.rejects(store.head('images', 'disk'), ClockSkewError);
});

for (const [status, outcome] of [
	[404, undefined],
	[403, StoreRightsError],
	[301, BucketRegionError],
] as const) {
	test(`an answer ${status} without words is understood`, async t => {
		const {store} = await storeWith(t, () => ({status}));
		if (outcome) {
			await assert.rejects(store.head('images', 'disk'), outcome);
		} else {
			assert.equal(await store.head('images', 'disk'), undefined);
		}
	});
}

test('a bucket that exists is ours, foreign, or in another region', async t => {
	const page = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
	const buckets: Readonly<Record<string, ReturnType<Answers>>> = {
		ours: {status: 200, body: page},
		theirs: s3Error(403, 'AccessDenied'),
		elsewhere: s3Error(301, 'PermanentRedirect', '', {'x-amz-bucket-region': 'us-west-1'}),
		unknown: s3Error(403, 'InvalidAccessKeyId'),
	};
	const {store} = await storeWith(t, ({method, url = ''}) =>
		method === 'PUT'
			? s3Error(409, url.includes('theirs') ? 'BucketAlreadyExists' : 'BucketAlreadyOwnedByYou')
			: (buckets[url.split(/[/?]/)[1] ?? ''] ?? 'cut'),
	);
	assert.equal(await store.bucketState('ours'), 'ours');
	assert.equal(await store.bucketState('theirs'), 'foreign');
	assert.equal(await store.bucketState('elsewhere'), 'foreign');
	await assert.rejects(store.bucketState('unknown'), StoreKeysError);
	await store.makeBucket('ours');
	await assert.rejects(store.makeBucket('theirs'), BucketTakenError);
	await assert.rejects(store.makeBucket('elsewhere'), BucketRegionError);
});

test('a bucket is made in the region, where the store knows regions', async t => {
	const bodies: string[] = [];
	const keep: Answers = request => {
		request.on('data', chunk => bodies.push(String(chunk)));
		return {status: 200};
	};
	await (await storeWith(t, keep)).store.makeBucket('images');
	assert.deepEqual(bodies, []);
	const traits = {...swiftTraits, locationConstraint: true};
	await (await storeWith(t, keep, {traits})).store.makeBucket('images');
	assert.match(bodies.join(''), /<LocationConstraint>eu-west-1</);
});

test('an ACL is sent where the store knows ACLs', async t => {
	const sent: Array<string | string[] | undefined> = [];
	const keep: Answers = request => {
		sent.push(request.headers['x-amz-acl']);
		return {status: 200, headers: {etag: `"${md5('abc')}"`}};
	};
	const put = async (acl: boolean) =>
		(await storeWith(t, keep, {traits: {...swiftTraits, acl}})).store.put('images', 'disk', Buffer.from('abc'), {
			acl: 'aws-exec-read',
		});
	await put(true);
	await put(false);
	assert.deepEqual(sent, ['aws-exec-read', undefined]);
});

test('a bad name of a bucket is told before any call', async t => {
	const {store, requests} = await storeWith(t, () => 'cut');
	await assert.rejects(store.makeBucket('My_Images'), BucketNameError);
	await assert.rejects(store.put('My_Images', 'disk', Buffer.from('abc')), BucketNameError);
	assert.deepEqual(requests, []);
});

test('a profile without keys is named', async t => {
	const {store} = await storeWith(t, () => 'cut', {credentials: {profile: 'nowhere-to-be-found'}});
	await assert.rejects(store.bucketState('images'), MissingProfileError);
});

test('reading goes on where the connection broke, and compares the whole', async t => {
	const whole = randomBytes(300_000);
	const ranges: Array<string | undefined> = [];
	const answers =
		(etag: string): Answers =>
		({headers}) => {
			ranges.push(headers.range);
			const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
			return {
				status: from ? 206 : 200,
				headers: {etag: `"${etag}"`},
				body: whole.subarray(from),
				...(from < 200_000 && {cutAfter: 100_000}),
			};
		};
	const read = async (etag: string) => {
		const {store} = await storeWith(t, answers(etag));
		const chunks: Buffer[] = [];
		for await (const chunk of store.get('images', 'disk')) {
			chunks.push(chunk);
		}

		return Buffer.concat(chunks);
	};
	assert.ok(whole.equals(await read(md5(whole))));
	assert.deepEqual(ranges, [undefined, 'bytes=100000-', 'bytes=200000-']);
	await assert.rejects(read(md5('other')), DamagedTransferError);
});

test('a completion whose answer was lost is success when the object is what the parts make', async t => {
	const etag = `${md5(Buffer.from(md5('abc'), 'hex'))}-1`;
	const upload = {bucket: 'images', key: 'disk', uploadId: 'u'};
	const part = {number: 1, bytes: 3, etag: md5('abc')};
	const withObject = (objectEtag: string) => (request: {method?: string | undefined}, number: number) =>
		request.method === 'HEAD'
			? {status: 200, headers: {etag: `"${objectEtag}"`}}
			: number === 1
				? ('cut' as const)
				: s3Error(404, 'NoSuchUpload');
	const done = await storeWith(t, withObject(etag));
	await done.store.completeUpload(upload, [part]);
	const other = await storeWith(t, withObject(md5('other')));
	await assert.rejects(other.store.completeUpload(upload, [part]), {name: 'NoSuchUploadError'});
});

test('a cancelled upload ends at once, in a pause as in an attempt', async t => {
	for (const answer of ['hang', s3Error(503, 'SlowDown')] as const) {
		const {store} = await storeWith(t, () => answer, {
			limits: {...limits, idleMs: 60_000, firstPauseMs: 60_000, longestPauseMs: 60_000, graceMs: 10},
		});
		const cancel = new AbortController();
		setTimeout(() => cancel.abort(), 100);
		await assert.rejects(store.put('images', 'disk', Buffer.from('abc'), {signal: cancel.signal}), CancelledError);
	}
});

test('a cancel waits for the answer to what makes something, so that whoever cleans up finds it', async t => {
	const cancel = new AbortController();
	const body = '<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>';
	const {store} = await storeWith(t, () => {
		cancel.abort();
		return {status: 200, body};
	});
	const {uploadId} = await store.under(cancel.signal).beginUpload('images', 'disk');
	assert.equal(uploadId, '7');
	await assert.rejects(store.under(cancel.signal).list('images', ''), CancelledError);
});

test('objects are removed by one request where the store can, and refusals are told', async t => {
	const traits = {...swiftTraits, batchDelete: true};
	const answers: Answers = (_, number) => ({
		status: 200,
		body: `<DeleteResult>${number < 3 ? '' : '<Error><Key>b</Key><Code>AccessDenied</Code></Error>'}</DeleteResult>`,
	});
	const {store, requests} = await storeWith(t, answers, {traits});
	await store.removeAll(
		'images',
		Array.from({length: 1001}, (_, index) => `key-${index}`),
	);
	assert.equal(requests.length, 2);
	await assert.rejects(store.removeAll('images', ['a', 'b']), StoreRightsError);
});

test('a store also works from a bundle, where the SDK is another module', async t => {
	const compiled = fileURLToPath(new URL('../../../source/engine/object-store/s3-store.js', import.meta.url));
	const file = await bundleModule(compiled, join(await temporaryFolder(t), 'bundle'));
	const bundled = (await import(file)) as {createS3Store: typeof createS3Store};
	const server = await startCannedServer(() => ({status: 200, headers: {etag: `"${md5('abc')}"`}}));
	t.after(() => server.close());
	const {endpoint, requests} = server;
	const store = bundled.createS3Store({endpoint, region: 'us-east-1', credentials, traits: swiftTraits, limits});
	await store.put('images', 'disk', Buffer.from('abc'));
	assert.equal(requests.length, 1);
});
