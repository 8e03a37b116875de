import {copyFile, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isMissing} from '../../host/is-missing.js';
import {writeJson} from '../../host/write-json.js';
import {readBlockMap} from '../ebs-direct/block-map-file.js';
import type {SnapshotUpload} from '../ebs-direct/snapshot-upload.js';
import {readUploadRecord} from '../ebs-direct/upload-record.js';
import type {CloudMigrationContext} from './cloud-migration.js';

/**
The snapshot an upload builds on. It is chosen before the first request and stays the same for every process of the job,
also when the earlier migration is deleted meanwhile. Undefined when there is none, or no knowledge of what it holds.
*/
export async function freezeParent({
	parent,
	uploadFolder,
	say,
}: Pick<CloudMigrationContext, 'parent' | 'uploadFolder' | 'say'>): Promise<SnapshotUpload['parent']> {
	const [choice, blockMap] = [join(uploadFolder, 'parent.json'), join(uploadFolder, 'parent-blocks')];
	const chosen = await readChoice(choice);
	if (!chosen && parent && !(await readUploadRecord(uploadFolder))) {
		try {
			await copyFile(parent.blockMap, blockMap);
		} catch (error) {
			if (isMissing(error)) {
				return undefined;
			}

			throw error;
		}

		await writeJson(choice, {snapshotId: parent.snapshotId});
		await say(`Only what differs from ${parent.snapshotId} is sent`);
	}

	const snapshotId = chosen ?? (await readChoice(choice));
	return snapshotId === undefined ? undefined : {snapshotId, blocks: await readBlockMap(blockMap)};
}

async function readChoice(file: string): Promise<string | undefined> {
	try {
		const {snapshotId} = JSON.parse(await readFile(file, 'utf8')) as {snapshotId?: string};
		return snapshotId;
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}
}
