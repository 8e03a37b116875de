import {type UploadResult, uploadObject} from '../../object-store/upload-object.js';
import type {DiskStream} from './disk-stream.js';
import {type ImportRecord, writeImportRecord} from './import-record.js';
import type {SnapshotImport} from './snapshot-import.js';

/** Puts the disk into the bucket as one object. After a crash only the parts that are missing, or are others now, are sent. */
export async function uploadDisk(
	{store, folder, signal, onProgress}: SnapshotImport,
	record: ImportRecord,
	stream: DiskStream,
): Promise<UploadResult> {
	const {bucket, key, resume} = record;
	if ((await store.bucketState(bucket)) !== 'ours') {
		await store.makeBucket(bucket); // Says also why it cannot be used, when it is somebody else's or elsewhere.
	}

	const {dataBytes, mostBytes, isExact} = stream;
	const places: Place[] = [];
	return uploadObject({
		store,
		bucket,
		key,
		bytes: mostBytes,
		isExact,
		open: () => noted(stream, places),
		resume,
		onBegin: async point => writeImportRecord(folder, {...record, resume: point}),
		onProgress({doneBytes, sentBytes}) {
			while ((places[1]?.streamBytes ?? Number.POSITIVE_INFINITY) <= doneBytes) {
				places.shift();
			}

			onProgress?.({doneBytes: places[0]?.dataBytes ?? 0, totalBytes: dataBytes, sentBytes});
		},
		signal,
		// The object and its parts are taken away with the import.
		keepOnCancel: true,
	});
}

/** How much of the disk is in the first so many bytes of the stream. */
type Place = {readonly streamBytes: number; readonly dataBytes: number};

async function* noted(stream: DiskStream, places: Place[]): AsyncGenerator<Buffer> {
	let [dataBytes, streamBytes] = [0, 0];
	places.splice(0);
	for await (const chunk of stream.open(read => {
		dataBytes = read;
	})) {
		streamBytes += chunk.length;
		places.push({streamBytes, dataBytes});
		yield chunk;
	}
}
