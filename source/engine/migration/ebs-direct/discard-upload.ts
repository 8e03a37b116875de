import {rm} from 'node:fs/promises';
import {deleteSnapshot} from '../../cloud/ec2/delete-snapshot.js';
import {isRefusal} from '../is-refusal.js';
import {SnapshotLeftError} from './errors/snapshot-left-error.js';
import {findTaggedSnapshots} from './find-snapshot.js';
import {type SnapshotUpload, uploadTag} from './snapshot-upload.js';
import {askToStart} from './start-snapshot.js';
import {blockMapFile, readUploadRecord, removeUploadRecord, type StartParameters} from './upload-record.js';

type Discarded = Pick<SnapshotUpload, 'calls' | 'folder' | 'token' | 'signal'>;

/**
Takes away whatever an upload has left in the cloud, also one of a killed process; not a snapshot that an AMI uses. May be called again; `signal` ends the
cleaning itself.

@throws {SnapshotLeftError} When the cloud cannot be asked; names what is left.
*/
export async function discardUpload({calls, folder, token, signal}: Discarded): Promise<void> {
	const record = await readUploadRecord(folder);
	if (!record) {
		// Written before the first request: nothing was asked for.
		return;
	}

	const doomed = new Set(record.snapshotId === undefined ? [] : [record.snapshotId]);
	try {
		if (record.snapshotId === undefined) {
			// The reply was lost, and the cloud may not show it yet. Asked again with its token, it tells the id for certain.
			const id = await idOfLostSnapshot({calls, signal}, record.start);
			if (id !== undefined) {
				doomed.add(id);
			}
		}

		for (const {id} of await findTaggedSnapshots(calls, [uploadTag, token], signal)) {
			doomed.add(id);
		}

		for (const id of doomed) {
			await deleteSnapshot(calls, {id, isOurs: ({tags}) => tags[uploadTag] === token, isRecorded: true}, signal);
		}
	} catch (error) {
		throw new SnapshotLeftError([...doomed], {cause: error});
	}

	for (let attempt = 1; attempt <= record.attempt; attempt++) {
		await rm(blockMapFile(folder, attempt), {force: true});
	}

	await removeUploadRecord(folder);
}

/** Undefined when the cloud never took the request: it refuses it now as it did then. */
async function idOfLostSnapshot(
	asked: Pick<SnapshotUpload, 'calls' | 'signal'>,
	start: StartParameters,
): Promise<string | undefined> {
	try {
		return await askToStart(asked, start);
	} catch (error) {
		if (isRefusal(error)) {
			return undefined;
		}

		throw error;
	}
}
