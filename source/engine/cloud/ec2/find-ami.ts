import {unaskedAnswer} from '../answer-errors.js';
import type {AwsCalls} from './aws-calls.js';
import {mustBeShaped} from './shapes.js';

export type FoundAmi = {
	readonly id: string;
	readonly state: 'available' | 'pending' | 'failed';
	/** In the cloud's words, of one that failed. */
	readonly reason?: string;
	/** Of its root device first. */
	readonly snapshotIds: readonly string[];
	/** Of a bundle: `bucket/prefix.manifest.xml`. */
	readonly location: string;
};

/**
One of our own AMIs.

@throws {CloudAnswerError} When the cloud shows another one instead.
*/
export async function findAmi(
	calls: AwsCalls,
	{Name, Value}: {readonly Name: 'name' | 'image-id'; readonly Value: string},
	signal: AbortSignal,
): Promise<FoundAmi | undefined> {
	const {Images = []} = await calls.ec2(
		'DescribeImages',
		async (client, {DescribeImagesCommand}, options) =>
			client.send(new DescribeImagesCommand({Owners: ['self'], Filters: [{Name, Values: [Value]}]}), options),
		signal,
	);
	const image = Images.find(one => (Name === 'name' ? one.Name : one.ImageId) === Value);
	const [other] = Images;
	if (!image && other) {
		throw unaskedAnswer('AMI', Value, (Name === 'name' ? other.Name : other.ImageId) ?? 'one without a name');
	}

	if (!image) {
		return undefined;
	}

	const {RootDeviceName, BlockDeviceMappings = [], State, StateReason, ImageLocation = ''} = image;
	const devices = BlockDeviceMappings.toSorted(
		(a, b) => Number(b.DeviceName === RootDeviceName) - Number(a.DeviceName === RootDeviceName),
	);
	return {
		id: mustBeShaped('AMI', image.ImageId ?? ''),
		state: State === 'available' || State === 'pending' ? State : 'failed',
		...(StateReason?.Message ? {reason: StateReason.Message} : {}),
		location: ImageLocation,
		snapshotIds: devices.flatMap(({Ebs}) => (Ebs?.SnapshotId ? mustBeShaped('snapshot', Ebs.SnapshotId) : [])),
	};
}
