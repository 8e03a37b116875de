import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import type {JournalEntry} from '../../../source/engine/jobs/journal.js';
import {assertWholeAmi} from '../../helpers/assert-ami.js';
import {atStep, CloudMigrationTrial, type Crash, type Run} from '../../helpers/cloud-migration-trial.js';
import type {ImportRules} from '../../helpers/ec2-server/import-actions.js';
import {oldType} from '../../helpers/ec2-server/instance-world.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {importBucket, leftInBucket} from '../../helpers/import-trial.js';
import {createMemoryObjectStore, type MemoryObjectStore} from '../../helpers/memory-object-store.js';
import {sharedVdi} from '../../helpers/shared-vdi.js';

const shared = sharedVdi();

type Trial = {
	readonly job: CloudMigrationTrial;
	readonly store: MemoryObjectStore;
	run(run?: Run): ReturnType<CloudMigrationTrial['run']>;
	/** AMIs, snapshots, tasks, objects, unfinished uploads. */
	listing(): Promise<readonly string[]>;
};

/** A migration that passes through a bucket the cloud reads. */
async function trial(t: TestContext, rules: Partial<ImportRules> = {}): Promise<Trial> {
	const store = createMemoryObjectStore();
	const imports = {hasRole: true, volumeGib: 1, source: store, ...rules};
	const job = await CloudMigrationTrial.start(t, shared.folder(), shared.vdi, {imports, unseen: 1});
	return {
		job,
		store,
		run: async ({migration, ...run} = {}) =>
			job.run({...run, request: {store}, migration: {way: 'import-snapshot', bucket: importBucket, ...migration}}),
		listing: async () => [
			...job.listing,
			...job.server.leftovers().filter(what => what.includes('import')),
			...(await leftInBucket(store)),
		],
	};
}

const told =
	(words: RegExp): Crash =>
	(_: number, entry: JournalEntry) =>
		entry.kind === 'event' && words.test(entry.message);

test('a desktop becomes a private AMI by way of a bucket, and the object is gone', async t => {
	const {job, store, run, listing} = await trial(t);
	const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd';
	const ami = await run({migration: {encrypted: true, kmsKey}});
	await assertWholeAmi(job);
	assert.deepEqual(await listing(), ['ami', 'snap']);
	const [snapshot] = job.server.world.snapshots.values();
	assert.deepEqual([snapshot?.encrypted, snapshot?.kmsKeyId], [true, kmsKey]);
	assert.equal(snapshot?.tags.get('d2cm:migration'), job.id);
	assert.equal(snapshot.tags.get('d2cm:installation'), 'here');
	assert.equal(job.server.world.images.get(ami.id)?.imdsSupport, 'v2.0');
	assert.deepEqual(store.calls.slice(0, 2), [`makeBucket ${importBucket}`, `put d2cm-d2cm-${job.id}.vmdk`]);
	assert.match(job.messages.join('\n'), /The import: converting, 55 %/);
	const requests = job.server.counts.requests;
	assert.deepEqual(await run(), ami, 'again');
	assert.equal(job.server.counts.requests, requests);
});

test('with a kernel of the cloud it is paravirtual by this way, too', async t => {
	const {job, run} = await trial(t);
	job.server.world.compute.rules.types = [oldType];
	const {id} = await run({migration: {kernel: 'aki-52a34525'}});
	const {virtualizationType, enaSupport, bootMode} = job.server.world.images.get(id) ?? {};
	assert.deepEqual([virtualizationType, enaSupport, bootMode], ['paravirtual', false, undefined]);
});

const places: ReadonlyArray<readonly [where: string, crash: Crash]> = [
	['the upload is begun', atStep('upload', 'started')],
	['the cloud converts the object', told(/converting/)],
	['the snapshot is there', atStep('upload', 'finished')],
	['the AMI is about to be registered', atStep('register', 'started')],
];

for (const [where, crash] of places) {
	test(`killed when ${where}: resumed, it is whole; cancelled, there is nothing`, async t => {
		const [resumed, cancelled] = [await trial(t), await trial(t)];
		for (const {run} of [resumed, cancelled]) {
			await assert.rejects(run({crashAfter: crash}), SimulatedCrash);
		}

		await resumed.run();
		await assertWholeAmi(resumed.job);
		assert.deepEqual(await resumed.listing(), ['ami', 'snap']);
		const puts = resumed.store.calls.filter(call => call.startsWith('put '));
		assert.equal(puts.length, 1, 'sent once');

		await assert.rejects(cancelled.run({cancelled: true}), CancelledError);
		assert.deepEqual(await cancelled.listing(), []);
	});
}

for (const [where, cancelAfter] of places) {
	test(`cancelled when ${where}, there is nothing`, async t => {
		const {run, listing} = await trial(t);
		await assert.rejects(run({cancelAfter}), CancelledError);
		assert.deepEqual(await listing(), []);
	});
}

for (const [what, rules] of [
	['missing', {hasRole: false}],
	['not for imports', {trustsNobody: true}],
] as const) {
	test(`a role vmimport that is ${what} is told before a byte leaves, with what to paste`, async t => {
		const {job, store, run, listing} = await trial(t, rules);
		await assert.rejects(run(), (error: Error & {hint?: string}) => {
			assert.equal(error.name, 'MissingImportRoleError');
			assert.match(error.hint ?? '', /aws iam put-role-policy --role-name vmimport/);
			return true;
		});
		assert.deepEqual(store.calls, []);
		assert.deepEqual(await listing(), []);
		assert.equal(job.server.world.importTasks.size, 0);
	});
}

test('a conversion that fails is told in the words of the cloud, and nothing is left', async t => {
	const {run, listing} = await trial(t, {failure: 'ClientError: Disk validation failed [Unsupported VMDK]'});
	await assert.rejects(run(), {name: 'ImportFailedError', message: /Unsupported VMDK/});
	assert.deepEqual(await listing(), []);
});
