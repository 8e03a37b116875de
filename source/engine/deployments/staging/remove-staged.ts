import {type Staging, stagedPrefix} from '../../cloud/staging.js';
import {abandonUploads} from '../../object-store/abandon-uploads.js';
import {NoSuchBucketError} from '../../object-store/errors/no-such-bucket-error.js';

/** Takes away what one deployment has in the bucket, unfinished uploads as well. Finding nothing, or no bucket, is success. */
export async function removeStaged(
	{store, bucket}: Pick<Staging, 'store' | 'bucket'>,
	{installation, launchKey}: {readonly installation: string; readonly launchKey: string},
): Promise<void> {
	const prefix = stagedPrefix(installation, launchKey);
	try {
		const uploads = await store.listUploads(bucket, prefix);
		for (const key of new Set(uploads.map(upload => upload.key))) {
			await abandonUploads({store, bucket, key});
		}

		const objects = await store.list(bucket, prefix);
		await store.removeAll(
			bucket,
			objects.map(({key}) => key),
		);
	} catch (error) {
		if (!(error instanceof NoSuchBucketError)) {
			throw error;
		}
	}
}
