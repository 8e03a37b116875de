import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, mock, type TestContext, test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {AclRefusedError} from '../../../source/engine/object-store/errors/acl-refused-error.js';
import {ClockSkewError} from '../../../source/engine/object-store/errors/clock-skew-error.js';
import {DamagedTransferError} from '../../../source/engine/object-store/errors/damaged-transfer-error.js';
import {StoreKeysError} from '../../../source/engine/object-store/errors/store-keys-error.js';
import {StoreUnavailableError} from '../../../source/engine/object-store/errors/store-unavailable-error.js';
import type {ObjectStore} from '../../../source/engine/object-store/object-store.js';
import type {S3CallerOptions} from '../../../source/engine/object-store/s3-caller.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {type ObjectUpload, type ResumePoint, uploadObject} from '../../../source/engine/object-store/upload-object.js';
import {ended, startChild} from '../../helpers/child.js';
import {type Fault, type FaultyProxy, type Passing, startFaultyProxy} from '../../helpers/faulty-proxy.js';
import {type SwiftServer, startSwiftServer} from '../../helpers/swift-server.js';
import {swiftTraits} from '../../helpers/swift-traits.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const bucket = 'images';
const partBytes = 5 * 1024 * 1024;
const whole = randomBytes(8 * partBytes + 4321);
const limits = {attempts: 8, firstPauseMs: 20, longestPauseMs: 200, idleMs: 60_000};

let swift: SwiftServer;
let direct: ObjectStore;

before(async () => {
	swift = await startSwiftServer();
	direct = storeAt(swift.endpoint);
	await direct.makeBucket(bucket);
});
after(async () => swift?.end());

function storeAt(endpoint: string, more: Partial<S3CallerOptions> = {}): ObjectStore {
	const {region, credentials} = swift;
	return createS3Store({endpoint, region, credentials, traits: swiftTraits, limits, ...more});
}

async function behindFaults(t: TestContext, choose: (passing: Passing) => Fault | undefined): Promise<FaultyProxy> {
	const proxy = await startFaultyProxy(swift.endpoint, choose);
	t.after(() => proxy.close());
	return proxy;
}

const uploadTo = (store: ObjectStore, more: Partial<ObjectUpload> = {}): ObjectUpload => ({
	store,
	bucket,
	key: 'disk',
	bytes: whole.length,
	partBytes,
	async *open() {
		yield whole;
	},
	...more,
});

async function assertWhole(): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of direct.get(bucket, 'disk')) {
		chunks.push(chunk);
	}

	assert.ok(whole.equals(Buffer.concat(chunks)));
	assert.deepEqual(await direct.listUploads(bucket, ''), []);
}

const isPart = ({method, url}: Passing) => method === 'PUT' && url.includes('partNumber=');

test('a connection that is cut at every third request ends in the whole object', async t => {
	const proxy = await behindFaults(t, ({number}) =>
		number % 3 === 0 ? (number % 2 ? {cutAfter: 1_000_000} : 'lose answer') : undefined,
	);
	await uploadObject(uploadTo(storeAt(proxy.endpoint)));
	await assertWhole();
	assert.ok(proxy.requests.filter(isPart).length > 9);
});

test('a connection that is cut at every tenth request costs little more than the parts that were cut', async t => {
	const proxy = await behindFaults(t, ({number}) => (number % 10 === 0 ? {cutAfter: 2_000_000} : undefined));
	await uploadObject(uploadTo(storeAt(proxy.endpoint)));
	await assertWhole();
	assert.ok(proxy.receivedBytes() < whole.length + 3 * partBytes, `${proxy.receivedBytes()} bytes were sent`);
});

test('a storm of 503 is outlasted', async t => {
	let left = 12;
	const proxy = await behindFaults(t, passing => (isPart(passing) && left-- > 0 ? {status: 503} : undefined));
	await uploadObject(uploadTo(storeAt(proxy.endpoint, {limits: {...limits, attempts: 20}})));
	await assertWhole();
});

test('parts whose ETag is not theirs are sent again', async t => {
	const damaged = new Set<string>();
	const proxy = await behindFaults(t, passing => {
		const isFirst = isPart(passing) && !damaged.has(passing.url);
		damaged.add(passing.url);
		return isFirst ? 'wrong etag' : undefined;
	});
	await uploadObject(uploadTo(storeAt(proxy.endpoint)));
	await assertWhole();
	assert.equal(proxy.requests.filter(isPart).length, 18);
});

test('parts whose ETag stays wrong never become an object', async t => {
	await direct.remove(bucket, 'disk');
	const proxy = await behindFaults(t, passing => (isPart(passing) ? 'wrong etag' : undefined));
	const store = storeAt(proxy.endpoint, {limits: {...limits, attempts: 2}});
	await assert.rejects(uploadObject(uploadTo(store)), DamagedTransferError);
	assert.equal(await direct.head(bucket, 'disk'), undefined);
});

test('a server that hangs ends in one sentence, and the upload is resumed', async t => {
	let [parts, hangs] = [0, true];
	const proxy = await behindFaults(t, passing => (isPart(passing) && ++parts > 3 && hangs ? 'hang' : undefined));
	const store = storeAt(proxy.endpoint, {limits: {...limits, attempts: 2, idleMs: 6000}});
	let resume: ResumePoint | undefined;
	const began = Date.now();
	const first = uploadObject(
		uploadTo(store, {
			onBegin: async point => {
				resume = point;
			},
		}),
	);
	await assert.rejects(first, (error: Error) => {
		assert.ok(error instanceof StoreUnavailableError);
		assert.match(error.message, /did not do UploadPart in 2 attempts: it did not answer in time/);
		return true;
	});
	assert.ok(Date.now() - began < 60_000);

	hangs = false;
	const {foundBytes} = await uploadObject(uploadTo(storeAt(proxy.endpoint), {resume}));
	assert.ok(foundBytes >= 2 * partBytes, `${foundBytes} bytes were found`);
	await assertWhole();
});

test('a lost answer to the completion is no loss', async t => {
	let lost = false;
	const proxy = await behindFaults(t, ({method, url}) => {
		const isCompletion = method === 'POST' && url.includes('uploadId=');
		const lose = isCompletion && !lost;
		lost ||= isCompletion;
		return lose ? 'lose answer' : undefined;
	});
	await uploadObject(uploadTo(storeAt(proxy.endpoint)));
	assert.ok(lost);
	await assertWhole();
});

test('an upload whose process is killed is resumed by another', async t => {
	await direct.remove(bucket, 'disk');
	const file = join(await temporaryFolder(t), 'disk');
	await writeFile(file, whole);
	const {accessKeyId, secretAccessKey} = swift.credentials;
	const child = startChild('upload-and-die.js', swift.endpoint, accessKeyId, secretAccessKey, file, String(partBytes));
	assert.ok(child.stdout);
	const lines: string[] = [];
	for await (const line of createInterface(child.stdout)) {
		lines.push(line);
		if (lines.length === 4) {
			child.kill('SIGKILL');
			break;
		}
	}

	assert.equal(await ended(child), 'SIGKILL');
	const resume = JSON.parse(lines[0] ?? '') as ResumePoint;
	const {sentBytes} = await uploadObject(uploadTo(direct, {resume}));
	assert.ok(sentBytes <= whole.length - 3 * partBytes, `${sentBytes} bytes were sent`);
	await assertWhole();
});

test('a cancelled upload ends at once and leaves nothing', async t => {
	await direct.remove(bucket, 'disk');
	const proxy = await behindFaults(t, passing =>
		isPart(passing) && passing.url.includes('partNumber=4') ? 'hang' : undefined,
	);
	const cancel = new AbortController();
	const store = storeAt(proxy.endpoint, {limits: {...limits, idleMs: 60_000}});
	const upload = uploadObject(uploadTo(store, {signal: cancel.signal, onProgress: () => cancel.abort()}));
	await assert.rejects(upload, CancelledError);
	assert.deepEqual(await direct.listUploads(bucket, ''), []);
	assert.deepEqual(await direct.list(bucket, ''), []);
});

test('wrong keys are told at once', async () => {
	const {accessKeyId, secretAccessKey} = swift.credentials;
	for (const credentials of [
		{accessKeyId, secretAccessKey: 'another'},
		{accessKeyId: 'test:nobody', secretAccessKey},
	]) {
		await assert.rejects(uploadObject(uploadTo(storeAt(swift.endpoint, {credentials}))), StoreKeysError);
	}
});

test('a store that knows no canned ACLs is told as such', async () => {
	const store = storeAt(swift.endpoint, {traits: {...swiftTraits, acl: true}});
	const acl = 'aws-exec-read';
	await assert.rejects(store.put(bucket, 'key', Buffer.from('abc'), {acl}), AclRefusedError);
	await assert.rejects(store.beginUpload(bucket, 'key', {acl}), AclRefusedError);
	assert.deepEqual(await direct.listUploads(bucket, ''), []);
});

test('a wrong clock is told with the difference', async t => {
	mock.timers.enable({apis: ['Date'], now: Date.now() + 2 * 3_600_000});
	t.after(() => mock.timers.reset());
	await assert.rejects(uploadObject(uploadTo(direct)), (error: Error) => {
		assert.ok(error instanceof ClockSkewError);
		assert.match(error.message, /is 2 h 0 min ahead of/);
		return true;
	});
});
