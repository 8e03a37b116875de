import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, type TestContext, test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {type AwsCalls, createAwsCalls} from '../../../source/engine/cloud/ec2/aws-calls.js';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {uploaded} from '../../../source/engine/migration/to-cloud/migration-marks.js';
import type {ObjectStore} from '../../../source/engine/object-store/object-store.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {type BundleCertificates, makeBundleCertificates} from '../../helpers/bundle-certificates.js';
import {atStep, CloudMigrationTrial, type Run} from '../../helpers/cloud-migration-trial.js';
import {hastyClock} from '../../helpers/ebs-upload.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {type MotoServer, startMotoServer} from '../../helpers/moto-server.js';
import {openBundle} from '../../helpers/open-bundle.js';
import {sharedVdi} from '../../helpers/shared-vdi.js';

/**
moto is somebody else's idea of Amazon. What it cannot do ends here each time as it must where a cloud only looks like Amazon:
in a sentence, with nothing left. Should a later moto be able to, the tests named so fail.
*/
const lacks = {
	'an AMI of what was sent': 'RegisterImage makes it of an empty volume of its own, whatever it is told',
	'ImportSnapshot and its tasks': 'it answers with an error of its own',
	'the same snapshot for the same client token': 'StartSnapshot makes another one',
	'checksums, signatures, parents, encryption, blocks in pages': 'they are taken as they come, and not looked at',
} as const;

const shared = sharedVdi();
let moto: MotoServer;
let calls: AwsCalls;
let store: ObjectStore;
let certificates: BundleCertificates;
let keys: string;

before(async () => {
	moto = await startMotoServer();
	const {endpoint, region, credentials} = moto;
	const urls = {ec2Url: endpoint, ebsUrl: endpoint, iamUrl: endpoint};
	calls = createAwsCalls({region, keys: credentials, ...urls}, hastyClock, {mostAttempts: 2});
	store = createS3Store({endpoint, region, credentials, traits: {...traitsOf('ec2').objectStore, pathStyle: true}});
	keys = await mkdtemp(join(tmpdir(), 'd2cm-test-'));
	certificates = await makeBundleCertificates(keys);
});
after(async () => {
	calls?.close();
	await moto?.end();
	await rm(keys, {recursive: true, force: true});
});

type Trial = {readonly job: CloudMigrationTrial; run(run?: Run): ReturnType<CloudMigrationTrial['run']>};

async function trial(t: TestContext, migration: Run['migration'] = {}): Promise<Trial> {
	await moto.reset();
	const job = await CloudMigrationTrial.start(t, shared.folder(), shared.vdi);
	const {cloudKey: _, ...keyFiles} = certificates;
	return {job, run: async run => job.run({...run, migration, request: {calls, store, keyFiles}})};
}

/** moto's own answer, read by nobody of ours. */
async function ask(path: string, service: string): Promise<string> {
	const authorization = `AWS4-HMAC-SHA256 Credential=AKIDTEST/20261122/us-east-1/${service}/aws4_request`;
	const answer = await fetch(`${moto.endpoint}${path}`, {headers: {authorization}});
	return answer.text();
}

const query = async (action: string, rest = '') => ask(`/?Version=2016-11-15&Action=${action}${rest}`, 'ec2');

/** What is in the account: AMIs, snapshots of ours (moto makes more), objects, unfinished uploads. */
async function listing(bucket?: string): Promise<readonly string[]> {
	const images = [...(await query('DescribeImages', '&Owner.1=self')).matchAll(/<imageId>(ami)-/g)];
	const snapshots = [...(await query('DescribeSnapshots', '&OwnerId.1=self')).matchAll(/<key>d2cm:upload<\/key>/g)];
	const isThere = bucket !== undefined && (await store.bucketState(bucket)) === 'ours';
	const objects = isThere ? await store.list(bucket, '') : [];
	const uploads = isThere ? await store.listUploads(bucket, '') : [];
	return [
		...images.map(() => 'ami'),
		...snapshots.map(() => 'snap'),
		...objects.map(({key}) => key),
		...uploads.map(({key}) => `upload of ${key}`),
	];
}

const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** The disk as it was prepared, while the job still has it. */
async function preparedSum(job: CloudMigrationTrial): Promise<string> {
	job.disk = join(job.folder, 'work', 'disk.qcow2');
	return sum(await job.diskBytes());
}

/** Every block moto keeps, laid where it says. */
async function snapshotSum(job: CloudMigrationTrial): Promise<string> {
	const id = uploaded(job.records)?.snapshotId;
	const {Blocks} = JSON.parse(await ask(`/snapshots/${id}/blocks`, 'ebs')) as {
		Blocks: ReadonlyArray<{BlockIndex: string; BlockToken: string}>;
	};
	const volume = Buffer.alloc((await job.diskBytes()).length);
	const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDTEST/20261122/us-east-1/ebs/aws4_request';
	for (const {BlockIndex, BlockToken} of Blocks) {
		const url = `${moto.endpoint}/snapshots/${id}/blocks/${BlockIndex}?blockToken=${BlockToken}`;
		Buffer.from(await (await fetch(url, {headers: {authorization}})).arrayBuffer()).copy(
			volume,
			Number(BlockIndex) * 524_288,
		);
	}

	return sum(volume);
}

const madeOfOther = {name: 'AmiFailedError', message: /made it of something else than what was sent/};

test(`by EBS direct all blocks arrive, also after a kill; ${lacks['an AMI of what was sent']}`, async t => {
	const {job, run} = await trial(t);
	await assert.rejects(run({crashAfter: atStep('fix-up', 'finished')}), SimulatedCrash);
	const prepared = await preparedSum(job);
	let puts = 0;
	const dying: AwsCalls = {
		...calls,
		async ebs(action, ...rest) {
			puts += action === 'PutSnapshotBlock' ? 1 : 0;
			if (puts > 3) {
				throw new SimulatedCrash();
			}

			return calls.ebs(action, ...rest);
		},
	};
	await assert.rejects(job.run({request: {calls: dying}}), SimulatedCrash);
	await assert.rejects(run({crashAfter: atStep('upload', 'finished')}), SimulatedCrash);
	assert.deepEqual(await listing(), ['snap']);
	assert.equal(await snapshotSum(job), prepared);

	await assert.rejects(run(), madeOfOther);
	assert.deepEqual(await listing(), []);
});

test('cancelled after the upload, nothing is left of a snapshot', async t => {
	const {job, run} = await trial(t);
	await assert.rejects(run({cancelAfter: atStep('upload', 'finished')}), CancelledError);
	assert.deepEqual(await listing(), []);
	assert.equal(job.messages.at(-1), 'Nothing of it is left in the cloud');
});

test(`a bundle is opened with openssl, gzip and tar alone; ${lacks['an AMI of what was sent']}`, async t => {
	const bucket = 'bundles';
	const {job, run} = await trial(t, {way: 'bundle', bucket});
	await assert.rejects(run({crashAfter: atStep('upload', 'finished')}), SimulatedCrash);
	const location = `${bucket}/d2cm-worker-${job.id}.manifest.xml`;
	const bundle = await openBundle(store, {bucket, location}, certificates, join(job.folder, 'opened'));
	assert.equal((await bundle.untar('tar -xO | sha256sum')).slice(0, 64), await preparedSum(job));

	await assert.rejects(run(), madeOfOther);
	assert.deepEqual(await listing(bucket), []);
});

test(`an import is refused before a byte leaves: the role is missing, or ${lacks['ImportSnapshot and its tasks']}`, async t => {
	const bucket = 'imports';
	const {job, run} = await trial(t, {way: 'import-snapshot', bucket});
	await assert.rejects(run(), {name: 'MissingImportRoleError'});
	const trust = encodeURIComponent(
		JSON.stringify({
			Version: '2012-10-17',
			Statement: [{Effect: 'Allow', Principal: {Service: 'vmie.amazonaws.com'}, Action: 'sts:AssumeRole'}],
		}),
	);
	await ask(`/?Version=2010-05-08&Action=CreateRole&RoleName=vmimport&AssumeRolePolicyDocument=${trust}`, 'iam');
	const again = new CloudMigrationTrial(job.server, join(job.folder, 'again'), job.vdi);
	await mkdir(again.folder);
	await assert.rejects(
		again.run({migration: {way: 'import-snapshot', bucket}, request: {calls, store}}),
		(error: Error) => {
			assert.match(error.name, /^Cloud(?:Unreachable|Refused)Error$/);
			return true;
		},
	);
	assert.deepEqual(await listing(bucket), []);
	assert.equal(await store.bucketState(bucket), 'missing');
});

test(`${lacks['the same snapshot for the same client token']}; ${lacks['checksums, signatures, parents, encryption, blocks in pages']}`, async () => {
	await moto.reset();
	const start = async () =>
		calls.ebs(
			'StartSnapshot',
			async (client, {StartSnapshotCommand}, options) =>
				client.send(new StartSnapshotCommand({VolumeSize: 1, ClientToken: 'same'}), options),
			new AbortController().signal,
		);
	const [one, other] = [await start(), await start()];
	assert.notEqual(one.SnapshotId, other.SnapshotId);
	const sealed = await calls.ebs(
		'CompleteSnapshot',
		async (client, {CompleteSnapshotCommand}, options) =>
			client.send(
				new CompleteSnapshotCommand({
					SnapshotId: one.SnapshotId,
					ChangedBlocksCount: 7,
					Checksum: 'no',
					ChecksumAlgorithm: 'SHA256',
				}),
				options,
			),
		new AbortController().signal,
	);
	assert.equal(sealed.Status, 'completed');
});
