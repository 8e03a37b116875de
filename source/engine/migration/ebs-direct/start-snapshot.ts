import type {StartSnapshotCommandInput} from '@aws-sdk/client-ebs';
import {mustBeShaped} from '../../cloud/ec2/shapes.js';
import {encryptionFault} from './encryption-fault.js';
import {findSnapshot} from './find-snapshot.js';
import type {SnapshotUpload} from './snapshot-upload.js';
import {uploadTag} from './snapshot-upload.js';
import {readUploadRecord, type StartParameters, type UploadRecord, writeUploadRecord} from './upload-record.js';
import {volumeGibOf} from './volume-gib.js';

/** The cloud cancels a snapshot by itself when nothing was written to it for a day. */
const idleMinutes = 24 * 60;

/** The snapshot of this upload: the one an earlier process has begun, or a new one where there is none that can go on. */
export async function startSnapshot(upload: SnapshotUpload): Promise<UploadRecord & {readonly snapshotId: string}> {
	const {calls, folder, signal} = upload;
	const before = await readUploadRecord(folder);
	if (before && !(await isLost(upload, before))) {
		return withId(upload, before);
	}

	const attempt = (before?.attempt ?? 0) + 1;
	const parent = upload.parent && (await findSnapshot(calls, upload.parent.snapshotId, signal));
	const isParent = parent?.state === 'completed' && encryptionFault(parent, upload.encryption) === undefined;
	const record = {attempt, start: startParameters(upload, attempt, isParent)};
	await writeUploadRecord(folder, record);
	return withId(upload, record);
}

async function withId(upload: SnapshotUpload, record: UploadRecord) {
	const snapshotId = record.snapshotId ?? (await askToStart(upload, record.start));
	const whole = {...record, snapshotId};
	await writeUploadRecord(upload.folder, whole);
	return whole;
}

/** May be asked again and again: the same token gives the same snapshot. */
export async function askToStart(
	{calls, signal}: Pick<SnapshotUpload, 'calls' | 'signal'>,
	start: StartParameters,
): Promise<string> {
	const input: StartSnapshotCommandInput = {...start, Tags: [...start.Tags]};
	const {SnapshotId} = await calls.ebs(
		'StartSnapshot',
		async (client, {StartSnapshotCommand}, options) => client.send(new StartSnapshotCommand(input), options),
		signal,
	);
	return mustBeShaped('snapshot', SnapshotId ?? '');
}

/** Whether the snapshot of an earlier process has come to nothing. Only a look that shows it counts: it may be too new. */
async function isLost({calls, signal}: SnapshotUpload, {snapshotId}: UploadRecord): Promise<boolean> {
	if (snapshotId === undefined) {
		return false;
	}

	for (let look = 0; look < 5; look++) {
		const found = await findSnapshot(calls, snapshotId, signal);
		if (found) {
			return found.state === 'error';
		}

		await calls.clock.sleep(2000, signal);
	}

	return true;
}

function startParameters(upload: SnapshotUpload, attempt: number, hasParent: boolean): StartParameters {
	const {token, disk, description, tags, parent, encryption} = upload;
	return {
		ClientToken: `${token}-${attempt}`,
		VolumeSize: volumeGibOf(disk.sizeBytes),
		Description: description,
		Timeout: idleMinutes,
		Tags: Object.entries({...tags, [uploadTag]: token}).map(([Key, Value]) => ({Key, Value})),
		// A snapshot is encrypted as its parent is.
		...(parent && hasParent
			? {ParentSnapshotId: parent.snapshotId}
			: encryption && {
					Encrypted: true,
					...(encryption.kmsKeyArn === undefined ? {} : {KmsKeyArn: encryption.kmsKeyArn}),
				}),
	};
}
