import {mkdir, open, rm, stat} from 'node:fs/promises';
import {isFinished} from '../../jobs/step-marks.js';
import {createOverlay, fixUp, overlayFile} from '../disk-steps.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {inStep} from './in-step.js';

/**
Makes the overlay with our changes, or finds the one of an earlier process: file systems write times into themselves, so
another one would not have the same bytes, and all its blocks would have to be compared with what was sent.
*/
export async function prepareDisk(context: CloudMigrationContext): Promise<void> {
	const {journal, work} = context;
	const isThere = await stat(overlayFile(work)).catch(() => undefined);
	if (isFinished(journal.records, fixUp.name) && isThere) {
		return;
	}

	await rm(work, {recursive: true, force: true});
	await mkdir(work, {recursive: true, mode: 0o700});
	for (const {name, do: doIt} of [createOverlay, fixUp]) {
		await inStep(context, name, async () => {
			await doIt(context);
			await sync(overlayFile(work));
		});
	}
}

async function sync(file: string): Promise<void> {
	const handle = await open(file, 'r+');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
