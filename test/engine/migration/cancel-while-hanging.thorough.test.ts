import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, type TestContext, test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import type {RemoteWay} from '../../../source/engine/migration/to-cloud/cloud-migration.js';
import type {ObjectStore} from '../../../source/engine/object-store/object-store.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {type BundleCertificates, makeBundleCertificates} from '../../helpers/bundle-certificates.js';
import {CloudMigrationTrial} from '../../helpers/cloud-migration-trial.js';
import {oldType} from '../../helpers/ec2-server/instance-world.js';
import {type Passing, startFaultyProxy} from '../../helpers/faulty-proxy.js';
import {sharedVdi} from '../../helpers/shared-vdi.js';
import {type SwiftServer, startSwiftServer} from '../../helpers/swift-server.js';
import {swiftTraits} from '../../helpers/swift-traits.js';

/** Longer than any test may take: only the cancel itself can end a request that hangs. */
const neverMs = 3_600_000;

const shared = sharedVdi();
let swift: SwiftServer;
let direct: ObjectStore;
let certificates: BundleCertificates;
let keys: string;
let buckets = 0;

before(async () => {
	swift = await startSwiftServer();
	direct = createS3Store({...swift, traits: swiftTraits});
	keys = await mkdtemp(join(tmpdir(), 'd2cm-test-'));
	certificates = await makeBundleCertificates(keys);
});
after(async () => {
	await swift?.end();
	await rm(keys, {recursive: true, force: true});
});

type Hang = {
	readonly way: RemoteWay;
	/** What is not answered, and nothing after it, until the user cancels. */
	readonly at: string;
	readonly toEc2?: {readonly action: string; readonly ofAction: number};
	readonly toStore?: (passing: Passing) => boolean;
};

const hangs: readonly Hang[] = [
	{way: 'ebs-direct', at: 'the first question', toEc2: {action: 'DescribeImages', ofAction: 1}},
	{way: 'ebs-direct', at: 'a block', toEc2: {action: 'PutSnapshotBlock', ofAction: 3}},
	{way: 'ebs-direct', at: 'the end of the snapshot', toEc2: {action: 'CompleteSnapshot', ofAction: 1}},
	{way: 'import-snapshot', at: 'the look at the bucket', toStore: ({method}) => method === 'GET'},
	{
		way: 'import-snapshot',
		at: 'the making of the bucket',
		toStore: ({method, url}) => method === 'PUT' && !url.includes('.vmdk'),
	},
	{way: 'import-snapshot', at: 'the object', toStore: ({method, url}) => method === 'PUT' && url.includes('.vmdk')},
	{way: 'import-snapshot', at: 'the import', toEc2: {action: 'ImportSnapshot', ofAction: 2}},
	{way: 'bundle', at: 'a part', toStore: ({method, url}) => method === 'PUT' && url.includes('.part.')},
	{way: 'bundle', at: 'the removal of an old manifest', toStore: ({method}) => method === 'DELETE'},
];

for (const {way, at, toEc2, toStore} of hangs) {
	test(`${way}: ${at} hangs for ever; a cancel is heard and said at once, and nothing is left`, async t => {
		const {job, run, cancel, listing, hung, heal} = await trial(t, {
			way,
			at,
			...(toEc2 && {toEc2}),
			...(toStore && {toStore}),
		});
		const running = run();
		running.catch(() => undefined);
		await Promise.race([hung, running]); // An end before the hang is thrown at once.
		const before = job.messages.length;
		heal();
		cancel();
		await assert.rejects(running, CancelledError);
		assert.equal(job.messages[before], 'The migration is being cancelled');
		assert.deepEqual(await listing(), []);
	});
}

async function trial(t: TestContext, {way, toEc2, toStore}: Hang) {
	const bucket = `hangs-${++buckets}`;
	const job = await CloudMigrationTrial.start(t, shared.folder(), shared.vdi, {
		imports: {hasRole: true, volumeGib: 1, source: direct},
		rules: {types: [oldType]}, // It starts what a bundle becomes, too.
	});
	const {promise: hung, resolve: hangsNow} = Promise.withResolvers<void>();
	let [isHanging, isOver] = [false, false];
	const hang = (isHere: boolean): boolean => {
		isHanging ||= isHere && !isOver;
		if (isHanging) {
			hangsNow();
		}

		return isHanging;
	};
	job.server.faults = ({action, ofAction}) =>
		hang(action === toEc2?.action && ofAction >= toEc2.ofAction) ? {kind: 'hang'} : undefined;
	const proxy = await startFaultyProxy(swift.endpoint, passing =>
		hang(toStore?.(passing) ?? false) ? 'hang' : undefined,
	);
	t.after(() => proxy.close());
	const {region, credentials} = swift;
	const store = createS3Store({
		endpoint: proxy.endpoint,
		region,
		credentials,
		traits: swiftTraits,
		limits: {idleMs: neverMs},
	});
	const calls = job.callsAs({attemptTimeoutMs: neverMs});
	t.after(() => calls.close());
	const cancelling = new AbortController();
	const {cloudKey: _, ...keyFiles} = certificates;
	return {
		job,
		hung,
		run: async () =>
			job.run({
				migration: {way, bucket},
				request: {calls, store, keyFiles, rules: traitsOf('ec2'), signal: cancelling.signal},
			}),
		cancel: () => cancelling.abort(),
		/** What is asked from now on is answered; what hangs goes on hanging. */
		heal() {
			[isHanging, isOver] = [false, true];
		},
		async listing() {
			const isThere = (await direct.bucketState(bucket)) === 'ours';
			const left = isThere ? [...(await direct.list(bucket, '')), ...(await direct.listUploads(bucket, ''))] : [];
			return [...job.listing, ...job.server.leftovers(), ...left.map(({key}) => key)];
		},
	};
}
