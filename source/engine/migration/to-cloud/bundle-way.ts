import {readBundleKeys} from '../bundle/bundle-keys.js';
import type {BundleRequest} from '../bundle/bundle-request.js';
import {checkBundlePlace} from '../bundle/check-bundle-place.js';
import {BundleOwnerError} from '../bundle/errors/bundle-owner-error.js';
import {imageOfDisk} from '../bundle/image-of-disk.js';
import {cancelBundle, uploadBundle} from '../bundle/upload-bundle.js';
import {needed} from '../disk-steps.js';
import {checkBucket} from './check-bucket.js';
import type {CloudMigrationContext} from './cloud-migration.js';
import {MissingBundleKeysError} from './errors/missing-bundle-keys-error.js';
import type {UploadWay} from './upload-way.js';

/** Encrypted parts and a manifest in a bucket, from which the cloud makes the disk of each instance. */
export const bundleWay: UploadWay = {
	async check(context) {
		const {accountId} = context;
		const {store, bucket, prefix} = placeOf(context);
		checkBundlePlace({bucket, prefix});
		if (!/^\d{12}$/.test(accountId)) {
			throw new BundleOwnerError(accountId);
		}

		await keysOf(context);
		await checkBucket(store.under(context.signal), bucket, context);
	},

	async upload(context, disk) {
		const {journal, signal, clock, accountId, migration, uploadFolder, version, guest} = context;
		const {location, bundledBytes} = await uploadBundle({
			...placeOf(context),
			image: await imageOfDisk(disk),
			userId: accountId,
			architecture: needed(guest).report.architecture === 'i386' ? 'i386' : 'x86_64',
			...(migration.kernel === undefined ? {} : {kernelId: migration.kernel}),
			...(migration.ramdisk === undefined ? {} : {ramdiskId: migration.ramdisk}),
			bundler: {name: 'd2cm', version, release: '0'},
			acl: 'aws-exec-read',
			keys: await keysOf(context),
			folder: uploadFolder,
			journal,
			signal,
			keepOnCancel: true,
			clock,
		});
		return {snapshotId: '', volumeGib: 0, location, storedBytes: bundledBytes};
	},

	async discard(context) {
		const {journal, uploadFolder, signal} = context;
		const place = placeOf(context);
		await cancelBundle({...place, store: place.store.under(signal), journal, folder: uploadFolder});
	},
};

function placeOf({
	store,
	migration,
	amiName,
}: CloudMigrationContext): Pick<BundleRequest, 'store' | 'bucket' | 'prefix'> {
	// So that the image's name cannot make it a kernel in the eyes of Eucalyptus.
	return {store: needed(store), bucket: migration.bucket ?? '', prefix: `d2cm-${amiName}`};
}

async function keysOf({keyFiles}: CloudMigrationContext) {
	const missing = Object.values(keyFiles ?? {none: ''}).includes('');
	if (!keyFiles || missing) {
		throw new MissingBundleKeysError();
	}

	return readBundleKeys(keyFiles);
}
