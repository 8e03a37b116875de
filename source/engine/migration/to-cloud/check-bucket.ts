import {checkBucketName} from '../../object-store/bucket-name.js';
import type {ObjectStore} from '../../object-store/object-store.js';
import type {CloudMigrationContext} from './cloud-migration.js';

/** @throws {BucketNameError | BucketTakenError | BucketRegionError} And what the store says of keys and rights. */
export async function checkBucket(
	store: ObjectStore,
	bucket: string,
	{say}: Pick<CloudMigrationContext, 'say'>,
): Promise<void> {
	checkBucketName(bucket);
	const state = await store.bucketState(bucket);
	if (state === 'foreign') {
		await store.makeBucket(bucket); // Says whose it is, or where.
	}

	if (state === 'missing') {
		await say(`The bucket ${bucket} is not there and will be made`);
	}
}
