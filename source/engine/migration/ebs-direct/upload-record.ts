import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {isMissing} from '../../host/is-missing.js';
import {writeJson} from '../../host/write-json.js';

/** What one upload has begun, on the disk before it is begun. */
export type UploadRecord = {
	/** From 1; a snapshot that the cloud gave up is followed by a new one. */
	readonly attempt: number;
	/** As StartSnapshot was and will be asked: the same token with other words is refused. */
	readonly start: StartParameters;
	/** Known once the cloud has answered. */
	readonly snapshotId?: string;
	/** It was, or may have been, sealed. */
	readonly sealed?: boolean;
};

export type StartParameters = {
	readonly ClientToken: string;
	readonly VolumeSize: number;
	readonly Description: string;
	readonly Timeout: number;
	readonly Tags: ReadonlyArray<{readonly Key: string; readonly Value: string}>;
	readonly ParentSnapshotId?: string;
	readonly Encrypted?: true;
	readonly KmsKeyArn?: string;
};

export async function readUploadRecord(folder: string): Promise<UploadRecord | undefined> {
	try {
		return JSON.parse(await readFile(recordFile(folder), 'utf8')) as UploadRecord;
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}
}

export const writeUploadRecord = async (folder: string, record: UploadRecord): Promise<void> =>
	writeJson(recordFile(folder), record);

export const removeUploadRecord = async (folder: string): Promise<void> => rm(recordFile(folder), {force: true});

/** Each attempt has its own. */
export const blockMapFile = (folder: string, attempt: number): string => join(folder, `blocks-${attempt}`);

const recordFile = (folder: string) => join(folder, 'upload.json');
