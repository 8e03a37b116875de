import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type LocalImage, localImageFolder, stampVdi} from '../cloud/local/local-image.js';
import {CancelledError} from '../errors/cancelled-error.js';
import {contentSum} from '../host/file-identity.js';
import {copyKernel} from './copy-kernel.js';
import {createOverlay, fixUp, inspect, mustBeUnchanged, needed} from './disk-steps.js';
import type {MigrationStep} from './migration-context.js';

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
		await say('Summing up the disk, so that another one in its place is noticed');
		const sum = await contentSum(report.file, signal).catch((error: unknown) => {
			throw signal.aborted ? new CancelledError('The migration') : error;
		});
		await mustBeUnchanged({guest: needed(guest)});

		const image: LocalImage = {
			id,
			name: migration.image,
			createdAt: clock.now().toISOString(),
			virtualBytes: report.vdi.virtualBytes,
			tags: {'d2cm:installation': migration.installation, 'd2cm:migration': migration.id},
			vdi: {...(await stampVdi(report.file)), fingerprint: report.fingerprint, sum},
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
