import {abandonUploads} from '../../object-store/abandon-uploads.js';
import {NoSuchBucketError} from '../../object-store/errors/no-such-bucket-error.js';
import {ImportLeftError} from './errors/import-left-error.js';
import type {ImportRecord} from './import-record.js';
import type {SnapshotImport} from './snapshot-import.js';

/**
The object, whole or in parts. Finding it gone is success.

@throws {ImportLeftError} When the store cannot be asked.
*/
export async function removeObject(
	{store}: Pick<SnapshotImport, 'store'>,
	{bucket, key}: Pick<ImportRecord, 'bucket' | 'key'>,
): Promise<void> {
	try {
		await abandonUploads({store, bucket, key});
		await store.remove(bucket, key);
	} catch (error) {
		if (!(error instanceof NoSuchBucketError)) {
			throw new ImportLeftError([`the object ${key} in the bucket ${bucket}`], {cause: error});
		}
	}
}
