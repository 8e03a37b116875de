import type {ObjectStore, StoredObject} from '../../object-store/object-store.js';
import type {BundlePlace} from './check-bundle-place.js';

export const partKey = (prefix: string, index: number): string => `${prefix}.part.${String(index).padStart(2, '0')}`;

export const manifestKey = (prefix: string): string => `${prefix}.manifest.xml`;

/** What RegisterImage is told. */
export const imageLocation = ({bucket, prefix}: BundlePlace): string => `${bucket}/${manifestKey(prefix)}`;

/** What the store has of a bundle, the manifest first. Another bundle whose name only begins the same is left out. */
export async function bundleObjects(
	store: ObjectStore,
	{bucket, prefix}: BundlePlace,
): Promise<readonly StoredObject[]> {
	const manifest = await store.head(bucket, manifestKey(prefix));
	const begin = `${prefix}.part.`;
	const parts = await store.list(bucket, begin);
	return [...(manifest ? [manifest] : []), ...parts.filter(({key}) => /^\d+$/.test(key.slice(begin.length)))];
}
