import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {findAmi} from '../../cloud/ec2/find-ami.js';
import {deregisterAmi, removeAmi} from '../../cloud/ec2/remove-ami.js';
import type {ObjectStore} from '../../object-store/object-store.js';
import {removeBundle} from '../bundle/remove-bundle.js';

export type Removal = {
	readonly installation: string;
	/** That made it; empty where none did. */
	readonly migration: string;
	readonly imageId: string;
	/** What is known of what it is made of, for the case that an earlier try took away the AMI alone. */
	readonly snapshot: string;
	readonly location: string;
	readonly data: 'keep' | 'delete';
};

/** Takes an AMI away, and if wanted what it was made of. Finding them gone is success. */
export async function removeCloudAmi(
	{calls, store}: {readonly calls: AwsCalls; readonly store: ObjectStore},
	{installation, migration, imageId, snapshot, location, data}: Removal,
	signal: AbortSignal,
): Promise<void> {
	const found = await findAmi(calls, {Name: 'image-id', Value: imageId}, signal);
	const doomed = {installation, imageId, snapshotIds: snapshot === '' ? [] : [snapshot]};
	await (data === 'keep' ? deregisterAmi : removeAmi)(calls, doomed, signal);
	if (data === 'keep') {
		return;
	}

	const told = found?.snapshotIds.length === 0 ? bundlePlace(found.location) : undefined;
	// What only the cloud says must have the name that the migration gave.
	const isOurs = migration !== '' && told?.prefix.startsWith('d2cm-') && told.prefix.endsWith(`-${migration}`);
	const place = bundlePlace(location) ?? (isOurs ? told : undefined);
	if (place) {
		await removeBundle(store, place);
	}
}

/** `bucket/prefix.manifest.xml` */
export function bundlePlace(location: string): {readonly bucket: string; readonly prefix: string} | undefined {
	const [, bucket, prefix] = /^\/?([^/]+)\/([^/]+)\.manifest\.xml$/.exec(location) ?? [];
	return bucket && prefix ? {bucket, prefix} : undefined;
}
