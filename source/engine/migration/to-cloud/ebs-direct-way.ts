import {Progress} from '../../deployments/progress.js';
import {discardUpload} from '../ebs-direct/discard-upload.js';
import {snapshotBlockBytes} from '../ebs-direct/snapshot-disk.js';
import {uploadSnapshot} from '../ebs-direct/upload-snapshot.js';
import {clearSnapshots} from './clear-snapshots.js';
import {encryptionOf} from './encryption-of.js';
import {freezeParent} from './parent-snapshot.js';
import {writeSentBlocks} from './sent-blocks.js';
import {tagsOf} from './tags-of.js';
import {uploadToken} from './upload-token.js';
import type {UploadWay} from './upload-way.js';

/** Blocks straight into a snapshot, by EBS direct. */
export const ebsDirectWay: UploadWay = {
	async upload(context, disk) {
		const {calls, migration, uploadFolder, amiName, signal} = context;
		const parent = await freezeParent(context);
		let totalBytes = 0;
		for await (const _ of disk.allocated()) {
			totalBytes += snapshotBlockBytes;
		}

		const progress = new Progress(context, 'Uploading');
		try {
			const {snapshotId, volumeGib, blocks} = await uploadSnapshot({
				calls,
				disk,
				folder: uploadFolder,
				token: uploadToken(context),
				description: amiName,
				tags: tagsOf(context),
				signal,
				keepOnFailure: true,
				...(parent ? {parent} : {}),
				...encryptionOf(migration),
				onProgress: ({doneBytes}) => progress.note({bytes: Math.min(doneBytes, totalBytes), totalBytes}),
			});
			await progress.end();
			await writeSentBlocks(context.workFolder, blocks);
			return {snapshotId, volumeGib, location: '', storedBytes: blocks.size * snapshotBlockBytes};
		} catch (error) {
			await progress.abandon();
			throw error;
		}
	},

	async discard(context) {
		const {calls, uploadFolder, signal} = context;
		await discardUpload({calls, folder: uploadFolder, token: uploadToken(context), signal});
		await clearSnapshots(context);
	},
};
