import assert from 'node:assert/strict';
import {copyFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import {sentBlocksFile} from '../../../source/engine/migration/to-cloud/sent-blocks.js';
import {assertWholeAmi} from '../../helpers/assert-ami.js';
import {atStep, CloudMigrationTrial} from '../../helpers/cloud-migration-trial.js';
import {ownKey} from '../../helpers/ec2-server/ebs-direct.js';
import type {Ec2ServerOptions} from '../../helpers/ec2-server/ec2-server.js';
import {everyNth, type FaultPlan, onceAt} from '../../helpers/ec2-server/fault-plan.js';
import {oldType} from '../../helpers/ec2-server/instance-world.js';
import {sharedVdi} from '../../helpers/shared-vdi.js';

const shared = sharedVdi();
const trial = async (t: TestContext, options: Ec2ServerOptions = {}) =>
	CloudMigrationTrial.start(t, shared.folder(), shared.vdi, options);

test('a disk that is another one than was registered is migrated as it is now, and the log warns of it first', async t => {
	const job = await trial(t);
	await job.run({migration: {registered: {fingerprint: 'f00d'.repeat(16), at: '2026-11-20T09:30:00Z'}}});
	const events = job.records.filter(record => record.kind === 'event');
	const warning = events.findIndex(({level, message}) => level === 'warning' && message.includes('has changed since'));
	assert.match(
		events[warning]?.message ?? '',
		/^The disk of worker has changed since it was registered on 2026-11-20 09:30: its fingerprint was f00df00df00d and is /,
	);
	assert.ok(warning < events.findIndex(({message}) => message.startsWith('Sending the disk')));
});

test('a desktop becomes a private AMI whose disk is the prepared one, byte for byte', async t => {
	const before = (await runProgram('sha256sum', [shared.vdi])).stdout;
	const job = await trial(t, {unseen: 2, looksUntilCompleted: 2});

	const ami = await job.run();

	await assertWholeAmi(job);
	const image = job.server.world.images.get(ami.id);
	assert.equal(image?.name, 'worker-mig-0123abcd');
	assert.equal(image.imdsSupport, 'v2.0');
	assert.equal(image.bootMode, 'legacy-bios');
	assert.deepEqual([...image.launchPermissions], []);
	assert.equal(image.tags.get('d2cm:migration'), job.id);
	assert.equal(image.tags.get('d2cm:version'), '1.2.3');
	assert.match(image.tags.get('d2cm:vdi') ?? '', /^[0-9a-f]{16,}$/);
	assert.match(job.messages.at(-1) ?? '', /is ready, .* costs about \$0\.\d\d a month/);
	assert.deepEqual(await readdir(job.folder), ['as-registered.qcow2', 'as-registered.raw', 'blocks']);
	assert.equal((await runProgram('sha256sum', [shared.vdi])).stdout, before);

	assert.deepEqual(await job.run(), ami, 'again');
	assert.deepEqual(job.listing, ['ami', 'snap']);
});

const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

for (const [what, key, sentence] of [
	["the account's own key", undefined, "The snapshot will be encrypted with the account's own key for EBS"],
	['a key of KMS', kmsKey, `The snapshot will be encrypted with ${kmsKey}`],
] as const) {
	test(`an AMI that is encrypted with ${what} is made of such a snapshot, and it is said`, async t => {
		const job = await trial(t);
		await job.run({migration: {encrypted: true, ...(key && {kmsKey: key})}});
		const [snapshot] = job.server.world.snapshots.values();
		assert.equal(snapshot?.encrypted, true);
		assert.equal(snapshot.kmsKeyId, key ?? ownKey(job.server.world));
		assert.ok(job.messages.includes(sentence));
	});
}

test('a key of another region ends it before anything is made', async t => {
	const job = await trial(t);
	const elsewhere = kmsKey.replace('us-east-1', 'eu-west-1');
	await assert.rejects(job.run({migration: {encrypted: true, kmsKey: elsewhere}}), {
		name: 'MigrationOptionError',
		message: /The KMS key is in eu-west-1, and amazon in us-east-1/,
	});
	assert.deepEqual(job.listing, []);
});

test('a key that encrypts nothing is told in the words of the cloud, and nothing is left', async t => {
	const job = await trial(t);
	job.server.world.disabledKeys.add(kmsKey);
	await assert.rejects(job.run({migration: {encrypted: true, kmsKey}}), {
		name: 'CloudRefusedError',
		message: /disabled/,
	});
	assert.deepEqual(job.listing, []);
});

test('keys that may not start a snapshot are told so, and nothing is left to be taken away', async t => {
	const job = await trial(t);
	job.server.accounts.get('AKIDTEST')?.denied.add('StartSnapshot');
	await assert.rejects(job.run(), {name: 'NotAllowedError', message: /ebs:StartSnapshot/});
	assert.deepEqual(job.listing, []);
	assert.deepEqual(await readdir(job.folder), []);
});

for (const [what, made, words] of [
	['not encrypted', {encrypted: false, kmsKeyId: undefined}, /it is not encrypted/],
	[
		'encrypted with another key than was asked for',
		{kmsKeyId: kmsKey.replace('1234abcd', 'ffffffff')},
		/another key \(arn.*ffffffff/,
	],
] as const) {
	test(`a snapshot that is ${what} is taken away`, async t => {
		const job = await trial(t);
		const {snapshots} = job.server.world;
		job.server.faults = ({action}) => {
			for (const [id, snapshot] of action === 'CompleteSnapshot' ? snapshots : []) {
				snapshots.set(id, {...snapshot, ...made});
			}

			return undefined;
		};
		await assert.rejects(job.run({migration: {encrypted: true, kmsKey}}), {
			name: 'SnapshotFailedError',
			message: words,
		});
		assert.deepEqual(job.listing, []);
	});
}

test('an image that has not changed is sent as a few blocks on top of its last snapshot', async t => {
	const job = await trial(t);
	const first = await job.run();
	const puts = () => job.server.counts.byAction.get('PutSnapshotBlock') ?? 0;
	const before = puts();
	const again = new CloudMigrationTrial(job.server, shared.folder(), shared.vdi);
	const {mkdir} = await import('node:fs/promises');
	await mkdir(again.folder);
	const blockMap = join(again.folder, 'earlier');
	await copyFile(sentBlocksFile(job.folder), blockMap);

	const parent = {snapshotId: first.snapshotId, blockMap};
	await again.run({migration: {id: 'mig-89abcdef'}, request: {parent}});

	assert.ok(puts() - before < before, `${puts() - before} blocks after ${before}`);
	const [, snapshot] = job.server.world.snapshots.values();
	assert.equal(snapshot?.parentId, first.snapshotId);
	job.server.world.snapshots.delete(first.snapshotId);
	job.server.world.images.delete(first.id);
	job.server.world.snapshots.set(first.snapshotId, {...snapshot, id: first.snapshotId} as never);
});

for (const [what, plan, name] of [
	['wrong keys', () => ({kind: 'refuse', status: 401, code: 'AuthFailure'}), 'KeysRefusedError'],
	['a right that is missing', onceAt('RegisterImage', 1, refused('UnauthorizedOperation')), 'NotAllowedError'],
	[
		'a right to clean up that is missing',
		onceAt('DeleteSnapshot', 1, refused('UnauthorizedOperation')),
		'NotAllowedError',
	],
] as ReadonlyArray<[string, FaultPlan, string]>) {
	test(`${what} ends it before anything is made`, async t => {
		const job = await trial(t, {faults: plan});
		await assert.rejects(job.run(), {name});
		assert.deepEqual(job.listing, []);
		assert.equal(job.server.counts.byAction.get('StartSnapshot'), undefined);
		assert.deepEqual(await readdir(job.folder), []);
	});
}

test('a name that is taken ends it before anything is made', async t => {
	const job = await trial(t);
	await job.run();
	const again = new CloudMigrationTrial(job.server, shared.folder(), shared.vdi);
	const {mkdir} = await import('node:fs/promises');
	await mkdir(again.folder);
	await assert.rejects(again.run(), {name: 'AmiNameTakenError'});
	assert.deepEqual(job.listing, ['ami', 'snap']);
});

test('an account that may have no more snapshots ends it before anything is made', async t => {
	const job = await trial(t);
	const readQuota = async () => ({name: 'Snapshots per Region', value: 0});
	await assert.rejects(job.run({request: {readQuota}}), {name: 'QuotaReachedError'});
	assert.deepEqual(job.listing, []);
	assert.equal(job.server.counts.byAction.get('StartSnapshot'), undefined);
});

test('a kernel the cloud does not have ends it before anything is made', async t => {
	const job = await trial(t);
	await assert.rejects(job.run({migration: {kernel: 'aki-01234567'}}), {
		name: 'UnknownKernelError',
		hint: 'See which there are: d2cm kernel list amazon',
	});
	assert.deepEqual(job.listing, []);
});

test('a kernel of the cloud, as figures 5 and 6 of the user guide choose it, makes a paravirtual AMI, and what it needs is said', async t => {
	const job = await trial(t, {rules: {types: [oldType]}});
	const {id} = await job.run({migration: {kernel: 'aki-52a34525'}});
	await assertWholeAmi(job);
	const {virtualizationType, kernelId, enaSupport, bootMode, imdsSupport, rootDeviceName} =
		job.server.world.images.get(id) ?? {};
	assert.deepEqual(
		{virtualizationType, kernelId, enaSupport, bootMode, imdsSupport, rootDeviceName},
		{
			virtualizationType: 'paravirtual',
			kernelId: 'aki-52a34525',
			enaSupport: false,
			bootMode: undefined,
			imdsSupport: undefined,
			rootDeviceName: '/dev/sda',
		},
	);
	const said = job.messages.join('\n');
	assert.match(said, /pv-grub-hd0_1\.05-x86_64\.gz starts disks without partitions, .* hd00 in its name/);
	assert.match(said, /PV-GRUB starts what \/boot\/grub\/menu\.lst of the image names, and there is none/);
});

for (const [what, migration, message] of [
	['a kernel of another architecture', {kernel: 'aki-68a3451f'}, /for another architecture/],
	['a ramdisk beside PV-GRUB', {kernel: 'aki-52a34525', ramdisk: 'ari-61ddde08'}, /takes none of the cloud/],
] as const) {
	test(`${what} ends it before anything is made`, async t => {
		const job = await trial(t);
		await assert.rejects(job.run({migration}), {name: 'MigrationOptionError', message});
		assert.deepEqual([job.listing, job.server.counts.byAction.get('StartSnapshot')], [[], undefined]);
	});
}

test('where no instance type starts what is paravirtual, that ends it before anything is made', async t => {
	const job = await trial(t);
	await assert.rejects(job.run({migration: {kernel: 'aki-52a34525'}}), {
		name: 'MigrationOptionError',
		message: 'No instance type of amazon starts such an AMI (paravirtual, x86_64, root device in ebs, no ENA).',
		hint: /^Leave the kernel out/,
	});
	assert.deepEqual(job.listing, []);
});

for (const [what, plan] of [
	['throttled at every second request', everyNth(2, {kind: 'throttle'})],
	['out of order at every third request', everyNth(3, {kind: 'unavailable'})],
	['cut at every tenth request', everyNth(10, {kind: 'cut'})],
] as const) {
	test(`a cloud that is ${what} gets the AMI all the same, and the trouble is news`, async t => {
		const job = await trial(t, {faults: plan});
		await job.run();
		await assertWholeAmi(job);
		assert.equal(job.messages.filter(message => /repeated so far$/.test(message)).length, 1);
	});
}

test('a cloud that is away for a while is waited for, and what is there is not sent again', async t => {
	const job = await trial(t);
	let away = 0;
	job.server.faults = ({action, ofAction}) => {
		away += action === 'PutSnapshotBlock' && ofAction > 3 ? 1 : 0;
		return action === 'PutSnapshotBlock' && ofAction > 3 && away < 60 ? {kind: 'unavailable'} : undefined;
	};
	await job.run();
	await assertWholeAmi(job);
	assert.ok(job.messages.some(message => /Trying again in/.test(message)));
});

test('keys that expire under way suspend it; new ones send only what is missing', async t => {
	const job = await trial(t);
	job.server.faults = ({action, ofAction}) =>
		action === 'PutSnapshotBlock' && ofAction > 3 ? refused('ExpiredToken') : undefined;
	await assert.rejects(job.run(), (error: Error) => {
		assert.ok(error instanceof JobSuspendedError);
		assert.match(error.message, /have expired. What was sent is kept in the cloud/);
		assert.match(error.hint, /d2cm resume mig-0123abcd/);
		return true;
	});
	assert.deepEqual(job.listing, ['snap']);
	assert.ok((await readdir(join(job.folder, 'work'))).includes('disk.qcow2'));

	job.server.faults = () => undefined;
	const before = job.server.counts.byAction.get('PutSnapshotBlock') ?? 0;
	await job.run();
	await assertWholeAmi(job);
	const [snapshot] = job.server.world.snapshots.values();
	const put = (job.server.counts.byAction.get('PutSnapshotBlock') ?? 0) - before;
	assert.equal(put, (snapshot?.written.size ?? 0) - 3);
});

test('a cloud that refuses to register leaves nothing, and its words are told', async t => {
	const job = await trial(t);
	// The first is the dry run.
	job.server.faults = onceAt('RegisterImage', 2, refused('InvalidBlockDeviceMapping'));
	await assert.rejects(job.run(), (error: Error) => {
		assert.equal(error.name, 'CloudRefusedError');
		assert.match(error.message, /InvalidBlockDeviceMapping/);
		return true;
	});
	assert.deepEqual(job.listing, []);
	assert.deepEqual(await readdir(job.folder), ['as-registered.qcow2', 'blocks']);
});

test('a VDI that has changed when it is resumed ends it, and nothing is left', async t => {
	const job = await trial(t);
	await assert.rejects(job.run({crashAfter: atStep('upload', 'finished')}));
	assert.deepEqual(job.listing, ['snap']);
	const copy = join(job.folder, 'changed.vdi');
	await copyFile(shared.vdi, copy);
	await assert.rejects(job.run({migration: {file: copy}}), {name: 'VdiInUseError'});
	assert.deepEqual(job.listing, []);
});

test('what cannot be taken away is said, and the next cancel takes it', async t => {
	const job = await trial(t);
	job.server.faults = ({action, ofAction}) =>
		action === 'DeleteSnapshot' && ofAction > 1 ? refused('UnauthorizedOperation') : undefined;
	await assert.rejects(job.run({cancelAfter: atStep('upload', 'finished')}), (error: Error) => {
		assert.ok(error instanceof JobSuspendedError);
		assert.match(error.message, /was cancelled. What was sent could not be taken away: .*snap-/);
		return true;
	});
	assert.deepEqual(job.listing, ['snap']);

	job.server.faults = () => undefined;
	await assert.rejects(job.run({cancelled: true}), CancelledError);
	assert.deepEqual(job.listing, []);
});

function refused(code: string) {
	return {kind: 'refuse', status: 403, code} as const;
}
