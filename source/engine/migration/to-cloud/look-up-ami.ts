import {unaskedAnswer} from '../../cloud/answer-errors.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {isShaped} from '../../cloud/ec2/shapes.js';
import {UnknownImageError} from '../../cloud/unknown-image-error.js';

export type AmiLook = {
	/** Printable characters only, at most 128, as Amazon has them; left out where the cloud does not say. */
	readonly name?: string;
	readonly status: 'available' | 'pending' | 'failed';
	/** ISO 8601; empty where the cloud does not say. */
	readonly createdAt: string;
	/** 0 where the cloud does not say, as for bundles. */
	readonly virtualBytes: number;
	/** Of its root device; empty for a bundle. */
	readonly snapshot: string;
	readonly location: string;
};

/**
What the cloud says of any AMI this account may start.

@throws {UnknownImageError} And what `callPatiently` throws.
*/
export async function lookUpAmi(
	calls: AwsCalls,
	{cloud, id}: {readonly cloud: string; readonly id: string},
	signal: AbortSignal,
): Promise<AmiLook> {
	const {Images = []} = await calls.ec2(
		'DescribeImages',
		async (client, sdk, options) =>
			client.send(new sdk.DescribeImagesCommand({Filters: [{Name: 'image-id', Values: [id]}]}), options),
		signal,
	);
	const image = Images.find(({ImageId}) => ImageId === id);
	const [other] = Images;
	if (!image && other) {
		throw unaskedAnswer('AMI', id, other.ImageId ?? 'one without an id');
	}

	if (!image) {
		throw new UnknownImageError(id, cloud, []);
	}

	const name = image.Name?.replace(/[^ -~]/g, '').slice(0, 128);
	const {State, CreationDate = '', RootDeviceName, BlockDeviceMappings = [], ImageLocation = ''} = image;
	const root = BlockDeviceMappings.find(({DeviceName}) => DeviceName === RootDeviceName)?.Ebs;
	return {
		...(name && {name}),
		status: State === 'available' || State === 'pending' ? State : 'failed',
		createdAt: Number.isNaN(Date.parse(CreationDate)) ? '' : CreationDate,
		virtualBytes: (root?.VolumeSize ?? 0) * 2 ** 30,
		snapshot: isShaped('snapshot', root?.SnapshotId) ? root.SnapshotId : '',
		location: root ? '' : ImageLocation.replace(/^\//, ''),
	};
}
