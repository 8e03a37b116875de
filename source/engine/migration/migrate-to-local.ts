import {mkdir, rm} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type LocalImage, readLocalImage} from '../cloud/local/local-image.js';
import {CancelledError} from '../errors/cancelled-error.js';
import type {Clock} from '../host/clock.js';
import {withRoom} from '../host/with-room.js';
import type {Journal} from '../jobs/journal.js';
import {localSteps} from './local-steps.js';
import type {Migration} from './migration.js';
import type {MigrationContext} from './migration-context.js';
import {stopExports} from './plain-file/stop-exports.js';

export type LocalMigrationRequest = {
	readonly migration: Migration;
	/** Of this migration alone; what is made in it goes into its subfolder `work`. */
	readonly workFolder: string;
	/** Of the local cloud; the AMI appears in its `images/<id>`. */
	readonly localFolder: string;
	readonly journal: Journal;
	readonly signal: AbortSignal;
	readonly clock: Clock;
};

/**
Makes an AMI of the local cloud from a VDI, which is only read. The AMI is an overlay of the VDI; no bytes are copied.

Whatever ends it early, the AMI is there whole or not at all, and it may be called again: it then begins anew, since all of
it takes a second or two, unless the AMI is there already. Writes steps and events, not the end of the job.

@throws {AppError} What `openGuest` throws, ImageCannotRunError, VdiInUseError, GuestEditError, FullDiskError, CancelledError.
*/
export async function migrateToLocal(request: LocalMigrationRequest): Promise<LocalImage> {
	const {migration, journal, signal} = request;
	const localFolder = resolve(request.localFolder);
	const workFolder = resolve(request.workFolder);
	const work = join(workFolder, 'work');
	const id = localImageId(migration);

	await cleanUp(work);
	const finished = await readLocalImage(localFolder, id);
	if (finished) {
		return finished;
	}

	await withRoom(workFolder, async () => mkdir(work, {recursive: true, mode: 0o700}));
	const context: MigrationContext = {
		...request,
		localFolder,
		work,
		id,
		say: async (message, level = 'info') => {
			await journal.append({kind: 'event', level, message});
		},
	};
	try {
		for (const [index, step] of localSteps.entries()) {
			stopIfCancelled(signal);
			await journal.append({kind: 'step', step: step.name, mark: 'started'});
			await withRoom(workFolder, async () => step.do(context));
			await journal.append({kind: 'step', step: step.name, mark: 'finished'});
			const done = index + 1;
			await journal.append({kind: 'progress', task: 'Migrating', done, total: localSteps.length, unit: 'steps'});
		}
	} finally {
		await context.plainFile?.release();
		await context.guest?.close();
		await cleanUp(work);
	}

	const image = await readLocalImage(localFolder, id);
	if (!image) {
		throw new Error(`The AMI ${id} was made and is not there.`);
	}

	return image;
}

/** The same for every try of a migration, so that one that was finished is recognised. */
export function localImageId({id}: Migration): string {
	return `ami-${id.slice(-8)}`;
}

async function cleanUp(work: string): Promise<void> {
	await stopExports(work);
	await rm(work, {recursive: true, force: true});
}

function stopIfCancelled(signal: AbortSignal): void {
	if (signal.aborted) {
		throw new CancelledError('The migration');
	}
}
