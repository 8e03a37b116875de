import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {AmiNotPrivateError} from './errors/ami-not-private-error.js';

/** Makes sure, by asking the cloud, that nobody else may start an AMI. */
export async function makePrivate(calls: AwsCalls, imageId: string, signal: AbortSignal): Promise<void> {
	const others = await launchPermissions(calls, imageId, signal);
	if (others.length === 0) {
		return;
	}

	await calls.ec2(
		'ModifyImageAttribute',
		async (client, {ModifyImageAttributeCommand}, options) =>
			client.send(new ModifyImageAttributeCommand({ImageId: imageId, LaunchPermission: {Remove: others}}), options),
		signal,
	);
	const left = await launchPermissions(calls, imageId, signal);
	if (left.length > 0) {
		throw new AmiNotPrivateError(imageId);
	}
}

async function launchPermissions(calls: AwsCalls, imageId: string, signal: AbortSignal) {
	const {LaunchPermissions = []} = await calls.ec2(
		'DescribeImageAttribute',
		async (client, {DescribeImageAttributeCommand}, options) =>
			client.send(new DescribeImageAttributeCommand({ImageId: imageId, Attribute: 'launchPermission'}), options),
		signal,
	);
	return LaunchPermissions;
}
