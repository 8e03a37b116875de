import {mkdir} from 'node:fs/promises';
import {formatBytes} from '../host/format-bytes.js';
import {isFinished} from '../jobs/step-marks.js';
import {inspect, mustBeUnchanged, needed, overlayFile} from './disk-steps.js';
import {openMappedDisk} from './ebs-direct/open-mapped-disk.js';
import {stopExports} from './plain-file/stop-exports.js';
import {afterFailure} from './to-cloud/after-failure.js';
import {checkBeforeStart} from './to-cloud/check-before-start.js';
import type {CloudMigrationContext, CloudMigrationRequest, MigratedAmi, Uploaded} from './to-cloud/cloud-migration.js';
import {contextOf} from './to-cloud/context-of.js';
import {forgetWork} from './to-cloud/forget-work.js';
import {inStep} from './to-cloud/in-step.js';
import {keepingUsd, keepingWords} from './to-cloud/keeping-cost.js';
import {imageFacts, registered, steps, uploaded} from './to-cloud/migration-marks.js';
import {outlast} from './to-cloud/outlast.js';
import {defaultKernel} from './to-cloud/planned-ami.js';
import {prepareDisk} from './to-cloud/prepare-disk.js';
import {registerUploaded} from './to-cloud/register-uploaded.js';
import {sayWhenCancelled} from './to-cloud/say-when-cancelled.js';
import type {UploadWay} from './to-cloud/upload-way.js';
import {uploadWays} from './to-cloud/upload-ways.js';
import {VdiInUseError} from './vdi-in-use-error.js';

/**
Makes a private AMI in a cloud from a VDI, which is only read.

It may be called again after whatever has ended it, with the same journal and folder: it then sends only what is missing. An
AMI that is registered stays, also when the user cancels after that. When it fails or is cancelled, nothing is left in the
cloud, or JobSuspendedError says what. Writes steps and events, not the end of the job.

@throws {AppError} Its failures; any other error is a fault of ours and leaves everything as it is, to be gone on with.
*/
export async function migrateToCloud(request: CloudMigrationRequest): Promise<MigratedAmi> {
	const context = contextOf(request);
	const way = uploadWays[request.migration.way];
	await stopExports(context.work);
	await mkdir(context.uploadFolder, {recursive: true, mode: 0o700});
	const said = sayWhenCancelled(context);
	try {
		const ami = registered(request.journal.records) ?? (await migrate(context, way));
		await forgetWork(context);
		return ami;
	} catch (error) {
		await said.stop();
		throw await afterFailure(context, way, error);
	} finally {
		await said.stop();
		await context.plainFile?.release();
		await context.guest?.close();
		await stopExports(context.work);
	}
}

async function migrate(context: CloudMigrationContext, way: UploadWay): Promise<MigratedAmi> {
	const {journal} = context;
	await lookInto(context);
	if (!isFinished(journal.records, steps.check)) {
		await inStep(context, steps.check, async () => {
			await context.say(`Checking what ${context.migration.cloud} allows`);
			await checkBeforeStart(context, way);
		});
	}

	return register(context, uploaded(journal.records) ?? (await upload(context, way)));
}

/** Each process does it for itself; the image must be what it was for the first one. */
async function lookInto(context: CloudMigrationContext): Promise<void> {
	const before = imageFacts(context.journal.records);
	await inStep(context, steps.inspect, async () => {
		await inspect.do(context);
		const {report} = needed(context.guest);
		const {architecture, bootMode, fingerprint, vdi, os, file} = report;
		const {nvme} = defaultKernel(report)?.drivers ?? {};
		if (before && before.fingerprint !== fingerprint) {
			throw new VdiInUseError(file, 'has changed since its migration was begun');
		}

		const facts = {architecture, bootMode, fingerprint, virtualBytes: vdi.virtualBytes, os: os.name};
		return {...facts, ...(typeof nvme === 'boolean' && {nvme})};
	});
}

async function upload(context: CloudMigrationContext, way: UploadWay): Promise<Uploaded> {
	const {migration, work, say} = context;
	await prepareDisk(context);
	const disk = await openMappedDisk(overlayFile(work), 'qcow2');
	try {
		return await inStep(context, steps.upload, async () => {
			await say(`Sending the disk to ${migration.cloud}`);
			return outlast(context, async () => way.upload(context, disk));
		});
	} finally {
		await disk.close();
	}
}

async function register(context: CloudMigrationContext, source: Uploaded): Promise<MigratedAmi> {
	const {migration, journal, rules, clock, amiName, say} = context;
	await mustBeUnchanged(context);
	const ami = await inStep(context, steps.register, async () => {
		await say(`Registering the AMI ${amiName}`);
		const {id} = await outlast(context, async () => registerUploaded(context, source));
		const {virtualBytes} = needed(imageFacts(journal.records));
		return {...source, id, name: amiName, virtualBytes, createdAt: clock.now().toISOString()};
	});
	const cost = keepingWords(ami.storedBytes, keepingUsd(migration.way, ami, rules));
	await say(`AMI ${ami.id} is ready, for a disk of ${formatBytes(ami.virtualBytes)}. ${cost}`);
	return ami;
}
