import {Progress} from '../../deployments/progress.js';
import {deleteSnapshot} from '../ebs-direct/delete-snapshot.js';
import {discardUpload} from '../ebs-direct/discard-upload.js';
import {SnapshotLeftError} from '../ebs-direct/errors/snapshot-left-error.js';
import {findTaggedSnapshots} from '../ebs-direct/find-snapshot.js';
import {snapshotBlockBytes} from '../ebs-direct/snapshot-disk.js';
import {uploadTag} from '../ebs-direct/snapshot-upload.js';
import {uploadSnapshot} from '../ebs-direct/upload-snapshot.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {freezeParent} from './parent-snapshot.js';
import {writeSentBlocks} from './sent-blocks.js';
import {tagsOf} from './tags-of.js';
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
				token: tokenOf(context),
				description: amiName,
				tags: tagsOf(context),
				signal,
				keepOnFailure: true,
				...(parent ? {parent} : {}),
				...(migration.encrypted
					? {encryption: migration.kmsKey === undefined ? {} : {kmsKeyArn: migration.kmsKey}}
					: {}),
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
		const token = tokenOf(context);
		await discardUpload({calls, folder: uploadFolder, token, signal});
		// A cloud may believe for a while that the AMI it has just forgotten still uses it.
		for (let look = 1; ; look++) {
			const left = (await findTaggedSnapshots(calls, [uploadTag, token], signal)).map(({id}) => id);
			if (left.length === 0) {
				return;
			}

			if (look === mostLooks) {
				throw new SnapshotLeftError(left);
			}

			await calls.clock.sleep(3000, signal);
			for (const id of left) {
				await deleteSnapshot(calls, id, signal);
			}
		}
	},
};

const mostLooks = 20;

const tokenOf = ({migration}: CloudMigrationContext): string => `d2cm-${migration.id}`;
