import type {Cloud, OwnedThing} from '../../cloud/cloud.js';
import {type Staging, stagedPrefix} from '../../cloud/staging.js';
import {abandonUploads} from '../../object-store/abandon-uploads.js';

const kind = 'staged input';

/** A cloud with a bucket where large inputs wait, and what was left in it among what is owned there. */
export function withStaging(cloud: Cloud, staging: Staging): Cloud {
	const {store, bucket} = staging;
	return {
		...cloud,
		staging,
		ownedKinds: [
			...(cloud.ownedKinds ?? []),
			{
				kind,
				find: async installation => findStaged(staging, installation),
				async remove({id}) {
					const key = id.slice(bucket.length + 1);
					await abandonUploads({store, bucket, key});
					await store.remove(bucket, key);
				},
			},
		],
	};
}

/** Objects, and parts of uploads that were never finished. */
async function findStaged({store, bucket}: Staging, installation: string): Promise<readonly OwnedThing[]> {
	if ((await store.bucketState(bucket)) !== 'ours') {
		return [];
	}

	const prefix = stagedPrefix(installation);
	const [objects, uploads] = [await store.list(bucket, prefix), await store.listUploads(bucket, prefix)];
	const keys = new Set([...objects, ...uploads].map(({key}) => key));
	return [...keys].map(key => ({
		kind,
		id: `${bucket}/${key}`,
		launchKey: key.slice(prefix.length).split('/')[0] ?? '',
	}));
}
