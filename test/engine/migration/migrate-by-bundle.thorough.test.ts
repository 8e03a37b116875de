import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {rmSync} from 'node:fs';
import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, type TestContext, test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import {ownedBundles} from '../../../source/engine/migration/to-cloud/owned-bundles.js';
import {removeCloudAmi} from '../../../source/engine/migration/to-cloud/remove-cloud-ami.js';
import {StoreKeysError} from '../../../source/engine/object-store/errors/store-keys-error.js';
import type {ObjectStore} from '../../../source/engine/object-store/object-store.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {type BundleCertificates, makeBundleCertificates} from '../../helpers/bundle-certificates.js';
import {atStep, CloudMigrationTrial, type Run} from '../../helpers/cloud-migration-trial.js';
import type {Ec2ServerOptions} from '../../helpers/ec2-server/ec2-server.js';
import {onceAt} from '../../helpers/ec2-server/fault-plan.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {openBundle} from '../../helpers/open-bundle.js';
import {sharedVdi} from '../../helpers/shared-vdi.js';
import {type SwiftServer, startSwiftServer} from '../../helpers/swift-server.js';

const shared = sharedVdi();
let swift: SwiftServer;
let store: ObjectStore;
let certificates: BundleCertificates;
let buckets = 0;

/** As trials name it. */
const whose = {installation: 'here', migration: ''};

before(async () => {
	swift = await startSwiftServer();
	const {objectStore} = traitsOf('compatible');
	store = createS3Store({...swift, traits: objectStore});
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-test-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	certificates = await makeBundleCertificates(folder);
});
after(async () => swift.end());

type Trial = {
	readonly job: CloudMigrationTrial;
	readonly bucket: string;
	run(run?: Run): ReturnType<CloudMigrationTrial['run']>;
	/** What is in the bucket and in the cloud, in words. */
	listing(): Promise<readonly string[]>;
};

/** A migration to a cloud like Eucalyptus: bundles in Swift, AMIs in the strict server, which reads the manifest there. */
async function trial(t: TestContext, options: Ec2ServerOptions = {}): Promise<Trial> {
	const bucket = `images-${++buckets}`;
	const readManifest = async (location: string) => {
		const chunks: Buffer[] = [];
		for await (const chunk of store.get(bucket, location.slice(bucket.length + 1))) {
			chunks.push(chunk);
		}

		return Buffer.concat(chunks).toString();
	};
	const job = await CloudMigrationTrial.start(t, shared.folder(), shared.vdi, {readManifest, ...options});
	const {cloudKey: _, ...keyFiles} = certificates;
	return {
		job,
		bucket,
		run: async ({migration, request, ...run} = {}) =>
			job.run({
				...run,
				migration: {way: 'bundle', bucket, ...migration},
				request: {rules: traitsOf('eucalyptus'), store, keyFiles, ...request},
			}),
		async listing() {
			const objects = (await store.bucketState(bucket)) === 'missing' ? [] : await store.list(bucket, '');
			return [...job.listing, ...objects.map(({key}) => key)];
		},
	};
}

const whole = ['ami', 'd2cm-worker-mig-0123abcd.manifest.xml', 'd2cm-worker-mig-0123abcd.part.00'];

async function assertWholeBundle({job, bucket, listing}: Trial): Promise<void> {
	assert.deepEqual(await listing(), whole);
	const [image] = job.server.world.images.values();
	const location = image?.location ?? '';
	const folder = join(job.folder, 'opened');
	const bundle = await openBundle(store, {bucket, location}, certificates, folder);
	const sum = await bundle.untar('tar -xO | sha256sum');
	assert.equal(
		sum.slice(0, 64),
		createHash('sha256')
			.update(await job.diskBytes())
			.digest('hex'),
	);
	assert.equal(bundle.text('user'), '123456789012');
}

test('a bundle is registered as a private hvm AMI, byte for byte the prepared disk, and removed with its objects', async t => {
	const one = await trial(t);
	const {id, location} = await one.run();

	await assertWholeBundle(one);
	const image = one.job.server.world.images.get(id);
	assert.equal(image?.virtualizationType, 'hvm');
	assert.equal(image.architecture, 'x86_64');
	assert.equal(image.tags.get('d2cm:migration'), one.job.id, 'tagged afterwards');
	assert.equal(image.imdsSupport, undefined);
	assert.match(one.job.messages.at(-1) ?? '', /what that costs is not known here/);

	const calls = one.job.callsAs({});
	const {signal} = new AbortController();
	const removal = {...whose, imageId: id, snapshot: '', location, data: 'delete'} as const;
	await removeCloudAmi({calls, store}, removal, signal);
	await removeCloudAmi({calls, store}, removal, signal);
	calls.close();
	assert.deepEqual(await one.listing(), []);
});

test('a bundle that no AMI uses is listed with its size and age, one in use is not, and it is removed when that is asked for', async t => {
	const one = await trial(t);
	const {id, location} = await one.run();
	const calls = one.job.callsAs({});
	t.after(() => calls.close());
	let ours = true;
	const {find, remove} = ownedBundles({
		reach: async work => work({calls, store}),
		buckets: async () => [one.bucket, 'never-made'],
		isOurs: async () => ours,
	});
	assert.deepEqual(await find(''), []);
	await remove?.({kind: 'bundle', id: location, launchKey: ''}, whose.installation);
	assert.deepEqual(await one.listing(), whole, 'in use');

	const removal = {...whose, imageId: id, snapshot: '', location, data: 'keep'} as const;
	await removeCloudAmi({calls, store}, removal, new AbortController().signal);
	const [kept, ...others] = await find('');
	assert.ok(kept);
	assert.deepEqual([kept.id, kept.migration, kept.isKept, others.length], [location, one.job.id, true, 0]);
	assert.match(kept.detail ?? '', /^[\d.]+ [KM]iB, kept when its AMI was removed$/);
	assert.ok(Date.now() - Date.parse(kept.since ?? '') < 3_600_000);
	ours = false;
	assert.deepEqual(await find(''), [], "another installation's");
	ours = true;

	await store.remove(one.bucket, location.slice(one.bucket.length + 1));
	const [unfinished] = await find('');
	assert.deepEqual([unfinished?.isKept, /never completed/.test(unfinished?.detail ?? '')], [undefined, true]);
	await remove?.(kept, whose.installation);
	assert.deepEqual(await one.listing(), []);
});

test('with a kernel of the cloud it is paravirtual, and needs a ramdisk only if one is named', async t => {
	const one = await trial(t);
	const kernel = 'aki-52a34525';

	const {id} = await one.run({migration: {kernel}});

	const image = one.job.server.world.images.get(id);
	assert.deepEqual([image?.virtualizationType, image?.kernelId, image?.ramdiskId], ['paravirtual', kernel, undefined]);
});

for (const [step, mark] of [
	['upload-bundle', 'started'],
	['upload-bundle-part', 'finished'],
	['register', 'started'],
] as const) {
	test(`killed with ${step} ${mark}, then resumed or cancelled`, async t => {
		const [resumed, cancelled] = [await trial(t), await trial(t)];
		for (const {run} of [resumed, cancelled]) {
			await assert.rejects(run({crashAfter: atStep(step, mark)}), SimulatedCrash);
		}

		await resumed.run();
		await assertWholeBundle(resumed);
		await assert.rejects(cancelled.run({cancelled: true}), CancelledError);
		assert.deepEqual(await cancelled.listing(), []);
	});
}

test('RegisterImage whose reply is lost makes one AMI; cancelled then, there is none', async t => {
	const one = await trial(t, {unseen: 1, faults: onceAt('RegisterImage', 1, {kind: 'lose-reply'})});
	await one.run();
	await assertWholeBundle(one);
});

test('an AMI the cloud makes nothing of is told in its words, and nothing is left', async t => {
	const one = await trial(t);
	one.job.server.faults = () => {
		for (const image of one.job.server.world.images.values()) {
			image.failure = 'The parts could not be decrypted';
		}

		return undefined;
	};
	await assert.rejects(one.run(), {name: 'AmiFailedError', message: /could not be decrypted/});
	assert.deepEqual(await one.listing(), []);
});

test('missing keys, a missing account number and a bad name of a bucket end it before anything is made', async t => {
	const one = await trial(t);
	await assert.rejects(one.run({request: {accountId: ''}}), {name: 'BundleOwnerError'});
	await assert.rejects(one.run({request: {keyFiles: undefined}}), {name: 'MissingBundleKeysError'});
	await assert.rejects(one.run({migration: {bucket: 'Not_A_Bucket'}}), {name: 'BucketNameError'});
	assert.deepEqual(await one.listing(), []);
});

test('a store whose keys have expired suspends it, and the resume sends only what is missing', async t => {
	const one = await trial(t);
	let isExpired = true;
	const flaky: ObjectStore = {
		...store,
		under: () => flaky,
		async put(...args) {
			if (isExpired && args[1].endsWith('.xml')) {
				throw new StoreKeysError('swift', 'expired');
			}

			await store.put(...args);
		},
	};
	await assert.rejects(one.run({request: {store: flaky}}), JobSuspendedError);
	assert.deepEqual(await one.listing(), ['d2cm-worker-mig-0123abcd.part.00']);
	isExpired = false;
	await one.run({request: {store: flaky}});
	await assertWholeBundle(one);
	assert.ok(
		one.job.messages.some(message => /1 of 1 objects that were there already are as they must be/.test(message)),
	);
});
