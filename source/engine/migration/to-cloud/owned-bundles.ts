import {notOurs} from '../../cloud/answer-errors.js';
import type {OwnedKind, OwnedThing} from '../../cloud/cloud.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {formatBytes} from '../../host/format-bytes.js';
import type {ObjectStore, StoredObject} from '../../object-store/object-store.js';
import {imageLocation, manifestKey} from '../bundle/bundle-objects.js';
import {removeBundle} from '../bundle/remove-bundle.js';
import {bundlePlace} from './remove-cloud-ami.js';

const kind = 'bundle';

/** As `bundle-way` names them; they can have no tags. */
const bundleKey = /^(d2cm-.+-(mig-[0-9a-f]{8}))\.(?:manifest\.xml|part\.\d+)$/;

type Place = {
	/** Opens what is to be asked, and closes it. */
	readonly reach: <Result>(
		work: (reached: {readonly calls: AwsCalls; readonly store: ObjectStore}) => Promise<Result>,
	) => Promise<Result>;
	/** Where this installation puts bundles. */
	readonly buckets: () => Promise<readonly string[]>;
	/** Whether a bundle of this migration, found in a bucket that others may use, too, is ours. */
	readonly isOurs: (bucket: string, migration: string) => Promise<boolean>;
};

const {signal} = new AbortController();

/** Bundles of AMIs that were removed without their data, and what an upload has begun and never ended. */
export const ownedBundles = ({reach, buckets, isOurs}: Place): OwnedKind => ({
	kind,
	async find() {
		const places = await buckets();
		return places.length === 0
			? []
			: reach(async ({calls, store}) => {
					const used = await usedLocations(calls);
					const found: OwnedThing[] = [];
					for (const bucket of places) {
						const objects = (await store.bucketState(bucket)) === 'ours' ? await store.list(bucket, 'd2cm-') : [];
						for (const [prefix = '', ofBundle] of Map.groupBy(objects, ({key}) => bundleKey.exec(key)?.[1])) {
							const migration = bundleKey.exec(ofBundle[0]?.key ?? '')?.[2];
							const id = imageLocation({bucket, prefix});
							if (migration !== undefined && !used.has(id) && (await isOurs(bucket, migration))) {
								found.push({kind, id, launchKey: '', migration, ...described(ofBundle)});
							}
						}
					}

					return found;
				});
	},
	async remove({id}) {
		const place = bundlePlace(id);
		const migration = bundleKey.exec(manifestKey(place?.prefix ?? ''))?.[2];
		if (!place || migration === undefined || !(await isOurs(place.bucket, migration))) {
			throw notOurs('bundle', id);
		}

		await reach(async ({calls, store}) => {
			// It may have been registered meanwhile.
			if (!(await usedLocations(calls)).has(id)) {
				await removeBundle(store, place);
			}
		});
	},
});

/** An upload writes the manifest last. */
function described(objects: readonly StoredObject[]): Pick<OwnedThing, 'detail' | 'isKept' | 'since'> {
	const isWhole = objects.some(({key}) => key.endsWith('.manifest.xml'));
	const size = formatBytes(objects.reduce((sum, {bytes}) => sum + bytes, 0));
	const [since] = objects.flatMap(({modifiedAt}) => modifiedAt ?? []).toSorted();
	return {
		detail: isWhole ? `${size}, kept when its AMI was removed` : `${size}, never completed`,
		...(isWhole && {isKept: true}),
		...(since !== undefined && {since}),
	};
}

async function usedLocations(calls: AwsCalls): Promise<ReadonlySet<string>> {
	const {Images = []} = await calls.ec2(
		'DescribeImages',
		async (client, {DescribeImagesCommand}, options) =>
			client.send(new DescribeImagesCommand({Owners: ['self'], IncludeDisabled: true}), options),
		signal,
	);
	// Some clouds put a slash before the bucket.
	return new Set(Images.map(({ImageLocation = ''}) => ImageLocation.replace(/^\//, '')));
}
