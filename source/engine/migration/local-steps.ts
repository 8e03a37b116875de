import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {type LocalImage, localImageFolder, stampVdi} from '../cloud/local/local-image.js';
import {CancelledError} from '../errors/cancelled-error.js';
import {runProgram} from '../host/run-program.js';
import {openGuest} from '../images/open-guest.js';
import {openVdi} from '../images/open-vdi.js';
import {copyKernel} from './copy-kernel.js';
import {findWriter} from './find-writer.js';
import {fixGuest} from './fix-guest.js';
import {ImageCannotRunError} from './image-cannot-run-error.js';
import type {MigrationStep} from './migration-context.js';
import {presentAsFile} from './plain-file/present-as-file.js';
import {VdiInUseError} from './vdi-in-use-error.js';

const inspect: MigrationStep = {
	name: 'inspect',
	async do(context) {
		const {file} = context.migration;
		await context.say(`Looking into ${basename(file)}`);
		const writer = await findWriter(file);
		if (writer) {
			throw new VdiInUseError(file, `is open for writing in ${writer}`);
		}

		context.guest = await openGuest(file);
		const {report} = context.guest;
		if (report.verdict === 'cannot-run') {
			throw new ImageCannotRunError(file, report);
		}

		await context.say(`Found ${report.os.name} on partition ${report.root.number} (${report.root.fileSystem})`);
	},
};

const createOverlay: MigrationStep = {
	name: 'create-overlay',
	async do({work, guest, signal, say}) {
		const {report} = needed(guest);
		await say('Creating an overlay; the VDI itself is only read');
		const overlay = join(work, 'disk.qcow2');
		await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', report.file, overlay], {signal});
	},
};

const fixUp: MigrationStep = {
	name: 'fix-up',
	async do(context) {
		const {work, signal, say} = context;
		const plainFile = await presentAsFile(join(work, 'disk.qcow2'), {
			signal,
			onCopy: async reason => say(`${reason} The whole disk is copied instead, which takes longer.`, 'warning'),
		});
		context.plainFile = plainFile;
		await fixGuest(plainFile.file, needed(context.guest).report, context);
		await plainFile.keep();
		context.plainFile = undefined;
	},
};

const takeKernel: MigrationStep = {
	name: 'take-kernel',
	async do(context) {
		const {work, guest, say} = context;
		const kernel = await copyKernel(needed(guest), work);
		context.boot = kernel?.boot;
		await say(
			kernel
				? `Copied the kernel ${kernel.release}, to start it directly`
				: 'The machine starts by its own boot loader',
		);
	},
};

const publish: MigrationStep = {
	name: 'publish',
	async do({work, guest, boot, localFolder, id, migration, clock, signal, say}) {
		const {report} = needed(guest);
		const now = await openVdi(report.file);
		await now.close();
		if (now.fingerprint !== report.fingerprint) {
			throw new VdiInUseError(report.file, 'has changed while it was migrated');
		}

		const image: LocalImage = {
			id,
			name: migration.image,
			createdAt: clock.now().toISOString(),
			virtualBytes: report.vdi.virtualBytes,
			tags: {'d2cm:installation': migration.installation, 'd2cm:migration': migration.id},
			vdi: {...(await stampVdi(report.file)), fingerprint: report.fingerprint},
			boot,
			drivers: {virtio: report.kernels.find(({isDefault}) => isDefault)?.drivers.virtio !== false},
		};
		await writeFile(join(work, 'image.json'), `${JSON.stringify(image, undefined, '\t')}\n`, {mode: 0o600});
		for (const leftover of ['scratch', 'exported.raw']) {
			await rm(join(work, leftover), {recursive: true, force: true});
		}

		// From here on it is too late to cancel.
		if (signal.aborted) {
			throw new CancelledError('The migration');
		}

		const target = localImageFolder(localFolder, id);
		await mkdir(join(target, '..'), {recursive: true, mode: 0o700});
		await rename(work, target);
		await say(`AMI ${id} is ready`);
	},
};

export const localSteps: readonly MigrationStep[] = [inspect, createOverlay, fixUp, takeKernel, publish];

/** What an earlier step has put into the context. */
function needed<Value>(value: Value | undefined): Value {
	if (value === undefined) {
		throw new Error('The steps of a migration run in order.');
	}

	return value;
}
