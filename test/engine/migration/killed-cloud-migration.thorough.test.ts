import assert from 'node:assert/strict';
import {cp, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {CancelledError} from '../../../source/engine/errors/cancelled-error.js';
import {JobSuspendedError} from '../../../source/engine/jobs/job-suspended-error.js';
import type {JournalEntry, JournalRecord} from '../../../source/engine/jobs/journal.js';
import {assertWholeAmi} from '../../helpers/assert-ami.js';
import {atStep, CloudMigrationTrial, type Crash, type Run} from '../../helpers/cloud-migration-trial.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {sharedVdi} from '../../helpers/shared-vdi.js';

const shared = sharedVdi();

type Prepared = {readonly folder: string; readonly records: readonly JournalRecord[]};

let prepared: Promise<Prepared> | undefined;

/** A job that died with its disk prepared, from which many others go on: preparing takes longer than all the rest. */
async function prepare(t: TestContext): Promise<Prepared> {
	const job = await CloudMigrationTrial.start(t, shared.folder(), shared.vdi);
	await assert.rejects(job.run({crashAfter: atStep('fix-up', 'finished')}), SimulatedCrash);
	return {folder: job.folder, records: job.records};
}

async function preparedJob(t: TestContext): Promise<CloudMigrationTrial> {
	prepared ??= prepare(t);
	const {folder, records} = await prepared;
	const own = shared.folder();
	await cp(folder, own, {recursive: true});
	return CloudMigrationTrial.start(t, own, shared.vdi, {records, unseen: 1, looksUntilCompleted: 1});
}

/** The records it writes from there to its end, by number. */
async function laterRecords(t: TestContext): Promise<readonly JournalRecord[]> {
	const job = await preparedJob(t);
	const from = job.records.length;
	await job.run();
	return job.records.slice(from);
}

async function dies(job: CloudMigrationTrial, run: Run): Promise<void> {
	await assert.rejects(job.run(run), SimulatedCrash);
}

const isRegistered = (job: CloudMigrationTrial) =>
	job.records.some(record => record.kind === 'step' && record.step === 'register' && record.mark === 'finished');

/** By what they say: a slow machine also writes how far it is, so numbers vary. */
function isSame(entry: JournalEntry, record: JournalRecord): boolean {
	return entry.kind === 'step' && record.kind === 'step'
		? entry.step === record.step && entry.mark === record.mark
		: entry.kind === 'event' && record.kind === 'event' && entry.message === record.message;
}

async function forEachRecord(
	t: TestContext,
	kinds: ReadonlyArray<JournalRecord['kind']>,
	check: (job: CloudMigrationTrial, here: Crash) => Promise<void>,
): Promise<void> {
	// Looking into the image changes nothing anywhere.
	const records = (await laterRecords(t)).filter(
		record => kinds.includes(record.kind) && !(record.kind === 'step' && record.step === 'inspect'),
	);
	assert.ok(records.length >= 4, `only ${records.length} records`);
	for (const record of records) {
		const job = await preparedJob(t);
		try {
			await check(job, (_, entry) => isSame(entry, record));
		} catch (error) {
			throw new Error(`at ${JSON.stringify(record)}`, {cause: error});
		}

		await job.server.close();
		await rm(job.folder, {recursive: true});
	}
}

for (const when of ['crashBefore', 'crashAfter'] as const) {
	test(`killed at every mark (${when}) and resumed, there is one AMI, whole`, async t => {
		await forEachRecord(t, ['step'], async (job, here) => {
			await dies(job, {[when]: here});
			await job.run();
			await assertWholeAmi(job);
		});
	});

	test(`killed at every mark (${when}) and cancelled, there is nothing, unless the AMI was registered`, async t => {
		await forEachRecord(t, ['step'], async (job, here) => {
			await dies(job, {[when]: here});
			if (isRegistered(job)) {
				await job.run({cancelled: true});
				await assertWholeAmi(job);
				return;
			}

			await assert.rejects(job.run({cancelled: true}), CancelledError);
			assert.deepEqual(job.listing, []);
			assert.equal((await readdir(job.folder)).includes('upload'), false);
		});
	});
}

test('cancelled at every record, there is nothing, unless the AMI was registered', async t => {
	await forEachRecord(t, ['step', 'event'], async (job, here) => {
		if (
			await job.run({cancelAfter: here}).then(
				() => true,
				() => false,
			)
		) {
			assert.ok(isRegistered(job));
			await assertWholeAmi(job);
		} else {
			assert.deepEqual(job.listing, []);
		}
	});
});

for (const [step, mark] of [
	['inspect', 'started'],
	['check', 'finished'],
	['create-overlay', 'finished'],
	['fix-up', 'started'],
] as const) {
	test(`killed with ${step} ${mark} and resumed, there is one AMI, whole`, async t => {
		const job = await CloudMigrationTrial.start(t, shared.folder(), shared.vdi);
		await dies(job, {crashAfter: atStep(step, mark)});
		await job.run();
		await assertWholeAmi(job);
	});
}

test('a resume that finds the prepared disk gone makes it anew and sends what differs', async t => {
	const job = await preparedJob(t);
	job.server.faults = ({action, ofAction}) =>
		action === 'PutSnapshotBlock' && ofAction > 3 ? {kind: 'refuse', status: 403, code: 'ExpiredToken'} : undefined;
	await assert.rejects(job.run(), JobSuspendedError);
	await rm(join(job.folder, 'work'), {recursive: true});
	job.server.faults = () => undefined;
	await job.run();
	await assertWholeAmi(job);
});
