import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {serviceQuotas} from '../../../../source/engine/cloud/prices/service-quotas.js';
import {systemClock} from '../../../../source/engine/host/system-clock.js';
import {checkQuotas} from '../../../../source/engine/migration/to-cloud/check-quotas.js';
import {checkSize} from '../../../../source/engine/migration/to-cloud/check-size.js';
import type {CloudMigrationContext, RemoteWay} from '../../../../source/engine/migration/to-cloud/cloud-migration.js';
import {cannedSdk} from '../../../helpers/canned-sdk.js';
import {callsTo} from '../../../helpers/ebs-upload.js';
import {startEc2Server, testKeys} from '../../../helpers/ec2-server/ec2-server.js';
import {newId, type WorldImage, type WorldSnapshot} from '../../../helpers/ec2-server/ec2-world.js';
import {startPricesServer} from '../../../helpers/prices-server.js';

const {signal} = new AbortController();

type Account = {
	readonly way?: RemoteWay;
	readonly snapshots?: number;
	readonly images?: number;
	readonly quotas?: Readonly<Record<string, number>>;
	/** The keys may not read quotas. */
	readonly refuse?: boolean;
};

/** What is said of an account with so many snapshots and AMIs, and how often it was looked for them. */
async function check(t: TestContext, {way = 'ebs-direct', snapshots = 0, images = 0, quotas = {}, refuse}: Account) {
	const server = await startEc2Server();
	const calls = callsTo(server.url);
	t.after(async () => {
		calls.close();
		await server.close();
	});
	const {world} = server;
	for (let count = 0; count < snapshots; count++) {
		const id = newId(world, 'snap');
		world.snapshots.set(id, {
			id,
			status: 'completed',
			unseen: 0,
			tags: new Map(),
			startedAt: new Date(),
		} as WorldSnapshot);
	}

	for (let count = 0; count < images; count++) {
		const id = newId(world, 'ami');
		const lists = {tags: new Map(), launchPermissions: new Set<string>()};
		world.images.set(id, {
			id,
			unseen: 0,
			name: id,
			snapshotId: '',
			...lists,
			createdAt: new Date(),
		} as unknown as WorldImage);
	}

	const prices = await startPricesServer(t, [], quotas);
	prices.refuse = refuse ?? false;
	const readQuota = serviceQuotas({
		access: {region: 'eu-west-1', keys: testKeys},
		endpoint: prices.url,
		clock: systemClock,
		signal,
	});
	const said: string[] = [];
	const context = {
		migration: {way, cloud: 'amazon'},
		calls,
		readQuota,
		signal,
		say: async (text: string) => said.push(text),
	};
	await checkQuotas(context as unknown as CloudMigrationContext);
	return {said, counts: server.counts.byAction};
}

const both = (snapshots: number, images: number) => ({'L-309BACF6': snapshots, 'L-B665C33B': images});

test('a migration that fits into what the account may have is begun without a word', async t => {
	const {said, counts} = await check(t, {snapshots: 2, images: 1, quotas: both(3, 2)});
	assert.deepEqual(said, []);
	assert.deepEqual([counts.get('DescribeSnapshots'), counts.get('DescribeImages')], [1, 1]);
});

for (const [what, account, sentence] of [
	[
		'snapshots',
		{snapshots: 3, quotas: both(3, 10)},
		'The account has 3 snapshots there, and may have 3 (Snapshots per Region); a migration needs one more.',
	],
	[
		'AMIs',
		{images: 2, quotas: both(10, 2)},
		'The account has 2 AMIs there, and may have 2 (AMIs); a migration needs one more.',
	],
	['snapshots on the second page', {snapshots: 1001, quotas: both(1001, 10)}, /has 1001 snapshots/],
	['AMIs on the second page', {images: 1001, quotas: both(10, 1001)}, /has 1001 AMIs/],
	['AMIs for a bundle', {way: 'bundle', images: 1, quotas: both(0, 1)}, /has 1 AMIs/],
] as ReadonlyArray<readonly [string, Account, string | RegExp]>) {
	test(`an account that may have no more ${what} is told so`, async t => {
		await assert.rejects(check(t, account), {name: 'QuotaReachedError', message: sentence});
	});
}

test('AMIs that are disabled count, too', async () => {
	const calls = {
		ec2: cannedSdk((_, {IncludeDisabled = false}: {readonly IncludeDisabled?: boolean}) => ({
			Images: IncludeDisabled ? [{}, {}] : [{}],
		})),
	};
	const context = {
		migration: {way: 'bundle', cloud: 'amazon'},
		calls,
		readQuota: async () => ({name: 'AMIs', value: 2}),
		signal,
		say: async () => undefined,
	};
	await assert.rejects(checkQuotas(context as unknown as CloudMigrationContext), {name: 'QuotaReachedError'});
});

test('a bundle takes no snapshot', async t => {
	const {said} = await check(t, {way: 'bundle', snapshots: 5, quotas: both(5, 2)});
	assert.deepEqual(said, []);
});

test('a quota that cannot be read is a remark, and nothing is counted', async t => {
	const {said, counts} = await check(t, {snapshots: 5, refuse: true});
	assert.deepEqual(said, ['How many snapshots and AMIs the account may have on amazon is not known here']);
	assert.equal(counts.get('DescribeSnapshots'), undefined);
});

const tib = 2 ** 40;
const sized = async (kind: 'ec2' | 'eucalyptus', way: RemoteWay, virtualBytes: number) => {
	const said: string[] = [];
	await checkSize({
		guest: {report: {vdi: {virtualBytes}}},
		migration: {way, cloud: 'there'},
		rules: traitsOf(kind),
		say: async (text: string) => said.push(text),
	} as unknown as CloudMigrationContext);
	return said;
};

test('a disk that is larger than a way takes is refused before it is sent, and other ways are named', async () => {
	assert.deepEqual(await sized('ec2', 'ebs-direct', 64 * tib), []);
	await assert.rejects(sized('ec2', 'ebs-direct', 64 * tib + 1), {
		name: 'DiskTooLargeError',
		message: 'The disk has 65537 GiB, and by the way ebs-direct Amazon EC2 takes at most 65536 GiB.',
		hint: 'Make a smaller disk in the guest, and clone to it.',
	});
	await assert.rejects(sized('ec2', 'import-snapshot', 17 * tib), {hint: 'Choose another way: ebs-direct.'});
	await assert.rejects(sized('ec2', 'bundle', 10 * 2 ** 30 + 512), {
		hint: 'Choose another way: ebs-direct, import-snapshot.',
	});
	assert.deepEqual(await sized('eucalyptus', 'bundle', 17 * tib), ['How large a disk there takes is not known here']);
});
