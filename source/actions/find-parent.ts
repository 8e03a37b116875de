import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Migration} from '../engine/migration/migration.js';
import type {CloudMigrationRequest} from '../engine/migration/to-cloud/cloud-migration.js';
import {sentBlocksFile} from '../engine/migration/to-cloud/sent-blocks.js';
import type {Database} from '../store/database.js';
import type {HomePaths} from '../store/paths.js';
import {definitionFile, migrationFolder} from './job-folders.js';

/** The latest AMI of the same image on the same cloud whose snapshot another one can build on. */
export async function findParent(
	migration: Migration,
	{amis, images}: Database,
	paths: HomePaths,
): Promise<CloudMigrationRequest['parent']> {
	const {virtualBytes = 0} = images.find(({name}) => name === migration.image) ?? {};
	const candidates = amis.filter(
		ami =>
			ami.image === migration.image &&
			ami.cloud === migration.cloud &&
			ami.way === migration.way &&
			ami.migration !== migration.id &&
			ami.virtualBytes <= virtualBytes,
	);
	for (const {migration: id, snapshot} of candidates.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))) {
		const folder = migrationFolder(paths, id);
		const earlier = await readMigration(folder);
		// A snapshot is encrypted as its parent is.
		const isAlike = earlier?.encrypted === migration.encrypted && earlier?.kmsKey === migration.kmsKey;
		if (snapshot && earlier && isAlike) {
			return {snapshotId: snapshot, blockMap: sentBlocksFile(folder)};
		}
	}

	return undefined;
}

/** Undefined when the job was deleted. */
async function readMigration(folder: string): Promise<Migration | undefined> {
	try {
		return JSON.parse(await readFile(join(folder, definitionFile.migration), 'utf8')) as Migration;
	} catch {
		return undefined;
	}
}
