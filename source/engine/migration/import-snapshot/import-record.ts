import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {ImportSnapshotCommandInput} from '@aws-sdk/client-ec2';
import {isMissing} from '../../host/is-missing.js';
import {writeJson} from '../../host/write-json.js';
import type {ResumePoint} from '../../object-store/upload-object.js';

/** What one import has begun, on the disk before it is begun. */
export type ImportRecord = {
	readonly bucket: string;
	readonly key: string;
	/** Of the upload of the object. */
	readonly resume?: ResumePoint;
	/** As ImportSnapshot was and will be asked, once the object is whole: the same token with other words is refused. */
	readonly start?: ImportSnapshotCommandInput;
	/** Known once the cloud has answered. */
	readonly taskId?: string;
	/** What the task has made. */
	readonly snapshotId?: string;
};

export async function readImportRecord(folder: string): Promise<ImportRecord | undefined> {
	try {
		return JSON.parse(await readFile(recordFile(folder), 'utf8')) as ImportRecord;
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}
}

export const writeImportRecord = async (folder: string, record: ImportRecord): Promise<void> =>
	writeJson(recordFile(folder), record);

export const removeImportRecord = async (folder: string): Promise<void> => rm(recordFile(folder), {force: true});

const recordFile = (folder: string) => join(folder, 'import.json');
