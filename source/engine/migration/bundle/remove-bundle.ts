import type {ObjectStore} from '../../object-store/object-store.js';
import {bundleObjects, manifestKey} from './bundle-objects.js';
import type {BundlePlace} from './check-bundle-place.js';
import {BundleRemainsError} from './errors/bundle-remains-error.js';

/**
Removes every object of a bundle, the manifest first, so that nothing refers to parts that are gone. The bucket stays.
Finding them gone is success.

@throws {BundleRemainsError} When the store still lists some after that.
*/
export async function removeBundle(store: ObjectStore, place: BundlePlace): Promise<void> {
	const {bucket, prefix} = place;
	if ((await store.bucketState(bucket)) === 'missing') {
		return;
	}

	const keys = (await bundleObjects(store, place)).map(({key}) => key);
	await store.remove(bucket, manifestKey(prefix));
	await store.removeAll(
		bucket,
		keys.filter(key => key !== manifestKey(prefix)),
	);
	const remaining = (await bundleObjects(store, place)).map(({key}) => key);
	if (remaining.length > 0) {
		throw new BundleRemainsError(bucket, remaining);
	}
}
