import {AppError} from '../../errors/app-error.js';
import {CancelledError} from '../../errors/cancelled-error.js';
import {volumeGibOf} from '../ebs-direct/volume-gib.js';
import {awaitImport} from './await-import.js';
import {checkImportRole} from './check-import-role.js';
import {discardImport} from './discard-import.js';
import type {DiskStream} from './disk-stream.js';
import {ImportLeftError} from './errors/import-left-error.js';
import {finishSnapshot} from './finish-snapshot.js';
import {type ImportRecord, readImportRecord, writeImportRecord} from './import-record.js';
import {rawStream} from './raw-stream.js';
import {removeObject} from './remove-object.js';
import type {ImportedSnapshot, SnapshotImport} from './snapshot-import.js';
import {askToImport, startParameters} from './start-import.js';
import {uploadDisk} from './upload-disk.js';
import {vmdkStream} from './vmdk-stream.js';

/**
Makes an EBS snapshot of a disk by way of an object in S3 that the cloud imports. After a crash (call it again) it goes on
where it was. In every end the object is removed. Cancelled or failed, it takes away the snapshot too; a fault of ours leaves
all, to be gone on with; so does any failure when `keepOnFailure` is set.

@throws {AppError} CancelledError, MissingImportRoleError, ImportFailedError, ImportLeftError, and what `callPatiently` and the store throw.
*/
export async function importSnapshot(request: SnapshotImport): Promise<ImportedSnapshot> {
	try {
		return await importWhole({...request, store: request.store.under(request.signal)});
	} catch (error) {
		const told = request.signal.aborted && !(error instanceof AppError) ? new CancelledError('The import') : error;
		// Left is what the next call takes away.
		if (told instanceof AppError && !(told instanceof ImportLeftError) && !request.keepOnFailure) {
			await cleanUp(request, told);
		}

		throw told;
	}
}

/** Long enough for a slow cloud; the user's own signal may be aborted already. */
const cleaningMs = 10 * 60 * 1000;

async function cleanUp(request: SnapshotImport, after: AppError): Promise<void> {
	try {
		await discardImport({...request, signal: AbortSignal.timeout(cleaningMs)});
	} catch (error) {
		throw error instanceof ImportLeftError ? new ImportLeftError(error.left, {cause: after}, after) : error;
	}
}

async function importWhole(request: SnapshotImport): Promise<ImportedSnapshot> {
	const {folder, disk, signal} = request;
	signal.throwIfAborted();
	const begun = (await readImportRecord(folder)) ?? (await begin(request));
	const {record, sentBytes} = isAsked(begun) ? {record: begun, sentBytes: 0} : await uploadAndAsk(request, begun);
	const snapshotId = record.snapshotId ?? (await awaitImport(request, record.taskId));
	await writeImportRecord(folder, {...record, snapshotId});
	await finishSnapshot(request, record.taskId, snapshotId);
	await removeObject(request, record);
	return {snapshotId, volumeGib: volumeGibOf(disk.sizeBytes), sentBytes};
}

async function begin(request: SnapshotImport): Promise<ImportRecord> {
	const {folder, bucket, token, format = 'vmdk'} = request;
	await checkImportRole(request);
	const record = {bucket, key: `d2cm-${token}.${format}`};
	await writeImportRecord(folder, record);
	return record;
}

type Asked = ImportRecord & {readonly taskId: string};

const isAsked = (record: ImportRecord): record is Asked => record.taskId !== undefined;

async function uploadAndAsk(
	request: SnapshotImport,
	begun: ImportRecord,
): Promise<{readonly record: Asked; readonly sentBytes: number}> {
	const {folder} = request;
	const stream = await streamOf(request);
	const {record, sentBytes} = await upload(request, begun, stream);
	const start = record.start ?? startParameters(request, record, stream.format);
	await writeImportRecord(folder, {...record, start});
	const asked = {...record, start, taskId: await askToImport(request, start)};
	await writeImportRecord(folder, asked);
	return {record: asked, sentBytes};
}

async function upload(request: SnapshotImport, begun: ImportRecord, stream: DiskStream) {
	// Asked already, perhaps: then it is read already, too.
	if (begun.start) {
		return {record: begun, sentBytes: 0};
	}

	const {sentBytes} = await uploadDisk(request, begun, stream);
	const record = (await readImportRecord(request.folder)) ?? begun;
	return {record, sentBytes};
}

const streamOf = async ({disk, format}: SnapshotImport): Promise<DiskStream> =>
	format === 'raw' ? rawStream(disk) : vmdkStream(disk);
