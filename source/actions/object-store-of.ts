import type {ObjectStore} from '../engine/object-store/object-store.js';
import type {S3CallerOptions} from '../engine/object-store/s3-caller.js';
import {createS3Store} from '../engine/object-store/s3-store.js';
import type {CloudAccess} from './cloud-access.js';

/** The buckets of a cloud. Nothing is loaded or sent before the first call. */
export async function objectStoreOf(
	{s3Url, region, keys, ca, stsUrl, traits}: CloudAccess,
	{onTrouble, limits}: Pick<S3CallerOptions, 'onTrouble' | 'limits'> = {},
): Promise<ObjectStore> {
	return createS3Store({
		region,
		credentials: typeof keys === 'function' ? await keys() : keys,
		traits: traits.objectStore,
		...(s3Url !== undefined && {endpoint: s3Url}),
		...(ca !== undefined && {ca}),
		...(stsUrl !== undefined && {stsUrl}),
		...(onTrouble && {onTrouble}),
		...(limits && {limits}),
	});
}
