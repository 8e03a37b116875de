import {setTimeout as delay} from 'node:timers/promises';
import {NoSuchUploadError} from './errors/no-such-upload-error.js';
import type {MultipartUpload, ObjectStore} from './object-store.js';

export type Abandoned = {
	readonly store: ObjectStore;
	readonly bucket: string;
	readonly key: string;
	/** The one upload that is kept. */
	readonly exceptId?: string | undefined;
};

/** Takes away all unfinished uploads of exactly this key, also those nobody wrote down, and sees that they are gone. */
export async function abandonUploads({store, bucket, key, exceptId}: Abandoned): Promise<void> {
	const uploads = await store.listUploads(bucket, key);
	for (const upload of uploads.filter(one => one.key === key && one.uploadId !== exceptId)) {
		await abandon(store, upload);
	}
}

/** A part that was on its way can outlive the first time. */
async function abandon(store: ObjectStore, upload: MultipartUpload): Promise<void> {
	for (let time = 1; ; time++) {
		await store.abortUpload(upload);
		try {
			await store.listParts(upload);
		} catch (error) {
			if (error instanceof NoSuchUploadError) {
				return;
			}

			throw error;
		}

		if (time === 5) {
			throw new Error(`The store keeps the aborted upload ${upload.uploadId} of ${upload.key}.`);
		}

		await delay(500 * time);
	}
}
