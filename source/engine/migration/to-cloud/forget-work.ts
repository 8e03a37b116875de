import {rm} from 'node:fs/promises';
import type {CloudMigrationContext} from './cloud-migration.js';

/** What was only needed to go on. */
export async function forgetWork({
	work,
	uploadFolder,
}: Pick<CloudMigrationContext, 'work' | 'uploadFolder'>): Promise<void> {
	await rm(work, {recursive: true, force: true});
	await rm(uploadFolder, {recursive: true, force: true});
}
