import {AppError} from '../../errors/app-error.js';
import {CancelledError} from '../../errors/cancelled-error.js';
import {BlockMapFile} from './block-map-file.js';
import {discardUpload} from './discard-upload.js';
import {SnapshotLeftError} from './errors/snapshot-left-error.js';
import {findSnapshot} from './find-snapshot.js';
import {sealSnapshot} from './seal-snapshot.js';
import {sendBlocks} from './send-blocks.js';
import type {SnapshotUpload, UploadedSnapshot} from './snapshot-upload.js';
import {startSnapshot} from './start-snapshot.js';
import {blockMapFile, type UploadRecord, writeUploadRecord} from './upload-record.js';
import {verifySnapshot} from './verify-snapshot.js';

/**
Makes an EBS snapshot of a disk: only blocks that hold something travel, and after a crash (call it again) only those that
are not there yet. Cancelled or failed, it takes the snapshot away; a fault of ours leaves it, to be gone on with;
so does any failure when `keepOnFailure` is set.

@throws {AppError} CancelledError, SnapshotFailedError, SnapshotLeftError, and what `callPatiently` throws.
*/
export async function uploadSnapshot(upload: SnapshotUpload): Promise<UploadedSnapshot> {
	try {
		return await uploadWhole(upload);
	} catch (error) {
		const told = upload.signal.aborted && !(error instanceof AppError) ? new CancelledError('The upload') : error;
		if (told instanceof AppError && !upload.keepOnFailure) {
			await cleanUp(upload, told);
		}

		throw told;
	}
}

/** Long enough for a slow cloud; the user's own signal may be aborted already. */
const cleaningMs = 5 * 60 * 1000;

async function cleanUp(upload: SnapshotUpload, after: AppError): Promise<void> {
	try {
		await discardUpload({...upload, signal: AbortSignal.timeout(cleaningMs)});
	} catch (error) {
		throw error instanceof SnapshotLeftError ? new SnapshotLeftError(error.snapshotIds, {cause: after}, after) : error;
	}
}

async function uploadWhole(upload: SnapshotUpload): Promise<UploadedSnapshot> {
	const {folder, calls, signal} = upload;
	const record = await startSnapshot(upload);
	const {snapshotId, start} = record;
	const parent = start.ParentSnapshotId === undefined ? undefined : upload.parent;
	const map = await BlockMapFile.open(blockMapFile(folder, record.attempt));
	try {
		const isCompleted =
			record.sealed === true && (await findSnapshot(calls, snapshotId, signal))?.state === 'completed';
		const sentBlocks = isCompleted ? 0 : await sendAndSeal(upload, record, map, parent);
		const blocks = new Map([...(parent?.blocks ?? []), ...map.blocks]);
		await verifySnapshot(upload, snapshotId, blocks);
		return {snapshotId, volumeGib: start.VolumeSize, blocks, sentBlocks};
	} finally {
		await map.close();
	}
}

async function sendAndSeal(
	upload: SnapshotUpload,
	record: UploadRecord & {readonly snapshotId: string},
	map: BlockMapFile,
	parent: SnapshotUpload['parent'],
): Promise<number> {
	const {parent: _, ...rest} = upload;
	// Sealed before a crash and not completed yet, it takes no blocks; all of them are there.
	const sentBlocks =
		record.sealed === true ? 0 : await sendBlocks(parent ? {...rest, parent} : rest, record.snapshotId, map);
	await writeUploadRecord(upload.folder, {...record, sealed: true});
	await sealSnapshot(upload, record.snapshotId, map.blocks);
	return sentBlocks;
}
