import assert from 'node:assert/strict';
import {test} from 'node:test';
import {abandonUploads} from '../../../source/engine/object-store/abandon-uploads.js';
import {NoSuchUploadError} from '../../../source/engine/object-store/errors/no-such-upload-error.js';
import type {MultipartUpload, ObjectStore} from '../../../source/engine/object-store/object-store.js';

/** A store where each upload outlives so many aborts, as one does that a part was on its way to. */
function storeWith(lives: Map<string, number>, key = 'disk') {
	const uploads = [...lives.keys()].map(uploadId => ({bucket: 'images', key, uploadId}));
	const store = {
		listUploads: async () => uploads.filter(({uploadId}) => (lives.get(uploadId) ?? 0) > 0),
		async abortUpload({uploadId}: MultipartUpload) {
			lives.set(uploadId, (lives.get(uploadId) ?? 0) - 1);
		},
		async listParts({uploadId, bucket, key: its}: MultipartUpload) {
			if ((lives.get(uploadId) ?? 0) <= 0) {
				throw new NoSuchUploadError(bucket, its);
			}

			return [];
		},
	};
	return store as unknown as ObjectStore;
}

test('an upload that outlives its abort is aborted again until it is gone; the one that is kept stays', async () => {
	const lives = new Map([
		['a', 1],
		['b', 2],
		['kept', 1],
	]);
	await abandonUploads({store: storeWith(lives), bucket: 'images', key: 'disk', exceptId: 'kept'});
	assert.deepEqual(
		[...lives],
		[
			['a', 0],
			['b', 0],
			['kept', 1],
		],
	);
});

test('uploads of other keys are none of ours', async () => {
	const lives = new Map([['a', 1]]);
	await abandonUploads({store: storeWith(lives, 'disk-2'), bucket: 'images', key: 'disk'});
	assert.deepEqual([...lives], [['a', 1]]);
});
