import {Progress} from '../../deployments/progress.js';
import {needed} from '../disk-steps.js';
import {snapshotBlockBytes} from '../ebs-direct/snapshot-disk.js';
import {checkImportRole} from '../import-snapshot/check-import-role.js';
import {discardImport} from '../import-snapshot/discard-import.js';
import {importSnapshot} from '../import-snapshot/import-snapshot.js';
import {checkBucket} from './check-bucket.js';
import {clearSnapshots} from './clear-snapshots.js';
import {encryptionOf} from './encryption-of.js';
import {tagsOf} from './tags-of.js';
import {uploadToken} from './upload-token.js';
import type {UploadWay} from './upload-way.js';

/** One object in a bucket, of which the cloud makes a snapshot; the object is removed in every end. */
export const importWay: UploadWay = {
	async check(context) {
		const {store, migration, calls, rules, signal} = context;
		const {bucket = ''} = migration;
		await checkImportRole({calls, bucket, dryRun: rules.dryRun, signal});
		await checkBucket(needed(store).under(signal), bucket, context);
	},

	async upload(context, disk) {
		const {store, migration, calls, rules, uploadFolder, amiName, signal, say} = context;
		const progress = new Progress(context, 'Uploading');
		let storedBytes = 0;
		for await (const _ of disk.allocated()) {
			storedBytes += snapshotBlockBytes;
		}

		try {
			const {snapshotId, volumeGib} = await importSnapshot({
				calls,
				store: needed(store),
				bucket: migration.bucket ?? '',
				disk,
				folder: uploadFolder,
				token: uploadToken(context),
				description: amiName,
				tags: tagsOf(context),
				dryRun: rules.dryRun,
				...encryptionOf(migration),
				signal,
				keepOnFailure: true,
				onProgress: ({doneBytes, totalBytes}) => progress.note({bytes: doneBytes, totalBytes}),
				// What cannot be written here cannot be written by the job either, which then ends.
				onTask: ({message, percent}) =>
					void say(`The import: ${message}${percent === undefined ? '' : `, ${percent} %`}`).catch(() => undefined),
			});
			await progress.end();
			return {snapshotId, volumeGib, location: '', storedBytes};
		} catch (error) {
			await progress.abandon();
			throw error;
		}
	},

	async discard(context) {
		const {store, calls, uploadFolder, signal} = context;
		const token = uploadToken(context);
		await discardImport({calls, store: needed(store), folder: uploadFolder, token, signal});
		await clearSnapshots(context);
	},
};
