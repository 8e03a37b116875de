import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import type {D2cm} from '../../source/actions/d2cm.js';
import type {AmiEntry} from '../../source/store/database.js';
import {startCannedServer} from '../helpers/canned-server.js';
import {cloudHome} from '../helpers/cloud-home.js';
import type {Ec2ServerOptions} from '../helpers/ec2-server/ec2-server.js';
import {startPricesServer} from '../helpers/prices-server.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {sharedVdi} from '../helpers/shared-vdi.js';

const shared = sharedVdi();
const request = {image: 'worker', cloud: 'amazon'};

async function home(t: TestContext, options: Ec2ServerOptions = {}) {
	const folder = shared.folder();
	await mkdir(folder);
	return cloudHome(t, {vdi: shared.vdi, folder, ...options});
}

/** As another process sees them now. */
const amis = async ({home}: D2cm) => askD2cm<readonly AmiEntry[]>(home, 'ami', 'list');

test('an image is planned, migrated, migrated again as what differs, and its AMIs are removed with or without their data', async t => {
	const {d2cm, server, listing, settled} = await home(t);
	const plan = await d2cm.planMigration(request);
	assert.equal(plan.obstacle, undefined);
	assert.equal(plan.way, 'ebs-direct');
	assert.ok(plan.bytes > 0);
	assert.match(plan.keeping, /costs about \$0\.\d\d a month/);
	assert.deepEqual(listing(), []);

	const first = await settled((await d2cm.startMigration(request)).id);
	assert.equal(first.end?.state, 'COMPLETED', first.end?.cause);
	const [ami] = await amis(d2cm);
	assert.ok(ami);
	assert.deepEqual([ami.image, ami.cloud, ami.way, ami.status], ['worker', 'amazon', 'ebs-direct', 'available']);
	assert.deepEqual([...server.world.snapshots.keys()], [ami.snapshot]);

	const putsBefore = server.counts.byAction.get('PutSnapshotBlock') ?? 0;
	const second = await runD2cm(d2cm.home, 'migrate', 'worker', '--cloud', 'amazon');
	assert.equal(second.status, 0, second.stdout + second.stderr);
	assert.match(second.stdout, /Only what differs from snap-\w+ is sent/);
	assert.match(second.stdout, /AMI ami-\w+ is ready/);
	assert.ok((server.counts.byAction.get('PutSnapshotBlock') ?? 0) - putsBefore < putsBefore);
	assert.deepEqual(listing(), ['ami', 'ami', 'snap', 'snap']);

	await d2cm.removeAmi('amazon', ami.id, {data: 'keep'});
	assert.deepEqual(listing(), ['ami', 'snap', 'snap']);
	const kept = (await d2cm.orphans()).found;
	assert.deepEqual(
		kept.map(({kind, id, thing}) => [kind, id, thing?.isKept]),
		[['snapshot', ami.snapshot, true]],
	);
	assert.match(kept[0]?.detail ?? '', /^of \d+ GiB, kept when its AMI was removed$/);
	assert.ok((kept[0]?.hours ?? -1) >= 0);
	const spared = await runD2cm(d2cm.home, 'reap', '--yes');
	// There is no object store in this cloud, so nobody can say that no bundle is left there.
	assert.equal(spared.status, 3, spared.stderr);
	assert.match(spared.stderr, /refuses ListObjects/);
	assert.match(spared.stdout, /snapshot +snap-\w+ +amazon +of \d+ GiB, kept[\s\S]*Run `d2cm reap --yes --kept`/);
	assert.deepEqual(listing(), ['ami', 'snap', 'snap'], 'kept on purpose');
	const [other = ''] = server.world.images.keys();
	const removed = await runD2cm(d2cm.home, 'ami', 'remove', other, '--cloud', 'amazon');
	assert.equal(removed.status, 0, removed.stderr);
	assert.deepEqual([...server.world.snapshots.keys()], [ami.snapshot]);
	assert.match((await runD2cm(d2cm.home, 'reap', '--yes', '--kept')).stdout, /They are gone/);
	assert.deepEqual(listing(), []);
	assert.match((await runD2cm(d2cm.home, 'ami', 'list')).stdout, /There are no AMIs yet/);
});

for (const [action, ofAction, next] of [
	['PutSnapshotBlock', 3, 'resume'],
	['RegisterImage', 2, 'cancel'],
] as const) {
	test(`kill -9 of the job's process at ${action}, then ${next}`, async t => {
		const {d2cm, server, listing, settled, killAt} = await home(t, {unseen: 1});
		killAt(action, ofAction);
		const {id} = await d2cm.startMigration(request);
		assert.equal((await settled(id, 'dead')).end, undefined);
		server.faults = () => undefined;

		await (next === 'resume' ? d2cm.resumeJob(id) : d2cm.cancelJob(id));
		const job = await settled(id);

		if (next === 'resume') {
			assert.equal(job.end?.state, 'COMPLETED', job.end?.cause);
			assert.deepEqual(listing(), ['ami', 'snap']);
			assert.deepEqual(
				(await amis(d2cm)).map(ami => ami.id),
				[...server.world.images.keys()],
			);
		} else {
			assert.equal(job.end?.state, 'CANCELLED', job.end?.cause);
			assert.deepEqual(listing(), []);
			assert.deepEqual(await amis(d2cm), []);
		}
	});
}

test('a job whose keys are refused under way waits for new ones instead of ending', async t => {
	const {d2cm, server, listing, settled} = await home(t);
	server.faults = ({action, ofAction}) =>
		action === 'PutSnapshotBlock' && ofAction > 2 ? {kind: 'refuse', status: 403, code: 'ExpiredToken'} : undefined;
	const {id} = await d2cm.startMigration(request);
	assert.equal((await settled(id, 'dead')).end, undefined);
	const events = await runD2cm(d2cm.home, 'events', id);
	assert.match(events.stdout, /have expired\. What was sent is kept in the cloud\. .* `d2cm resume mig-/);
	await assert.rejects(d2cm.deleteDeployment(id, {results: 'keep'}), {name: 'JobActiveError'});
	server.faults = () => undefined;
	await d2cm.resumeJob(id);
	assert.equal((await settled(id)).end?.state, 'COMPLETED');
	assert.deepEqual(listing(), ['ami', 'snap']);
});

test('an AMI that is in the cloud is made known by its id, and another image is put in its place', async t => {
	const {d2cm, server, settled} = await home(t);
	await settled((await d2cm.startMigration(request)).id);
	const [made] = await amis(d2cm);
	assert.ok(made);
	await d2cm.addImage('other', shared.vdi);

	const ami = await d2cm.registerAmi({id: made.id, cloud: 'amazon', image: 'other'});

	assert.equal(ami.image, 'other');
	assert.deepEqual([ami.snapshot, ami.way, ami.migration], [made.snapshot, made.way, made.migration]);
	assert.equal((await amis(d2cm)).length, 1);
	server.world.images.clear();
	await assert.rejects(d2cm.registerAmi({id: made.id, cloud: 'amazon', image: 'other'}), {name: 'UnknownImageError'});

	// A cloud nobody has keys of is believed.
	const believed = await d2cm.registerAmi({id: 'ami-0123456789abcdef0', cloud: 'eu-west-1', image: 'worker'});
	assert.deepEqual([believed.image, believed.virtualBytes], ['worker', 0]);
});

test('what would stop a migration is said before anything is made', async t => {
	const {d2cm, server, listing} = await home(t);
	server.accounts.get('AKIDTEST')?.denied.add('RegisterImage');
	const checked = await runD2cm(d2cm.home, 'migrate', 'worker', '--cloud', 'amazon', '--check');
	assert.equal(checked.status, 3);
	assert.match(checked.stdout, /It cannot be started: .*ec2:RegisterImage/);
	const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd';
	const crypt = await runD2cm(d2cm.home, 'migrate', 'worker', '--cloud', 'amazon', '--check', '--kms-key', key);
	assert.match(crypt.stdout, /The snapshot will be encrypted with arn:aws:kms:us-east-1:123456789012:key\/1234abcd/);
	const {status, stderr} = await runD2cm(d2cm.home, 'migrate', 'worker', '--cloud', 'amazon', '--way', 'local');
	assert.equal(status, 3);
	assert.match(stderr, /There is no way local to the cloud amazon/);
	assert.deepEqual(listing(), []);
	assert.deepEqual(await d2cm.jobs(), []);
});

test('a quota that is reached is said before anything is made', async t => {
	const {d2cm} = await home(t);
	const {url} = await startPricesServer(t, [], {'L-309BACF6': 10, 'L-B665C33B': 0});
	process.env['AWS_ENDPOINT_URL_SERVICE_QUOTAS'] = url;
	t.after(() => {
		delete process.env['AWS_ENDPOINT_URL_SERVICE_QUOTAS'];
	});
	const {obstacle, remarks} = await d2cm.planMigration(request);
	assert.match(obstacle?.message ?? '', /^The account has 0 AMIs there, and may have 0/);
	assert.deepEqual(remarks, []);
});

test('the check of a migration says what answers where no cloud is, and what to do then', async t => {
	const {d2cm} = await home(t);
	const page = await startCannedServer(() => ({status: 404, body: 'page not found'}));
	t.after(page.close);
	const [amazon] = d2cm.database().clouds.filter(({name}) => name === 'amazon');
	assert.ok(amazon);
	await d2cm.saveCloud({...amazon, name: 'web', ec2Url: page.endpoint});
	const {status, stdout} = await runD2cm(d2cm.home, 'migrate', 'worker', '--cloud', 'web', '--check');
	assert.equal(status, 3);
	assert.match(
		stdout,
		/^It cannot be started: What answers at 127\.0\.0\.1:\d+ is no EC2 \(HTTP 404\)\. Correct the EC2 address/m,
	);
	assert.doesNotMatch(stdout, /Unknown/);
});

test('a plan does not wait long for an object store that hangs, and says what was not checked', async t => {
	const {d2cm} = await home(t);
	const silent = await startCannedServer(() => 'hang');
	t.after(silent.close);
	const [amazon] = d2cm.database().clouds.filter(({name}) => name === 'amazon');
	assert.ok(amazon);
	await d2cm.saveCloud({...amazon, name: 'mute', s3Url: silent.endpoint});
	const plan = await d2cm.planMigration({...request, cloud: 'mute', way: 'import-snapshot'});
	assert.equal(plan.obstacle, undefined);
	assert.ok(plan.bytes > 0);
	assert.match(
		plan.remarks.join('\n'),
		/^Whether the bucket d2cm-[0-9a-f]+ can be used could not be checked: 127\.0\.0\.1:\d+ did not do \w+ in 2 attempts/m,
	);
	assert.equal(silent.requests.length, 2);
});

test('a cloud that breaks every connection is said to after some tries, where somebody waits', async t => {
	const {d2cm} = await home(t);
	const broken = await startCannedServer(() => 'cut');
	t.after(broken.close);
	const [amazon] = d2cm.database().clouds.filter(({name}) => name === 'amazon');
	assert.ok(amazon);
	await d2cm.saveCloud({...amazon, name: 'broken', ec2Url: broken.endpoint});
	await assert.rejects(d2cm.setPrice('broken', 'm5.large', 1), {
		name: 'CloudUnreachableError',
		message: /^The cloud at 127\.0\.0\.1:\d+ does not answer: the connection broke \(ec2:DescribeInstanceTypes\)/,
	});
	assert.equal(broken.requests.length, 3);
});
