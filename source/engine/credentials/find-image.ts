import type {AwsCalls} from '../cloud/ec2/aws-calls.js';
import {CancelledError} from '../errors/cancelled-error.js';

/**
Some AMI that exists: one of the user's, or one of Amazon's. Without any, a made-up one stands in, about which less can be
told.
*/
export async function findImage(calls: AwsCalls, signal: AbortSignal): Promise<string> {
	for (const owner of ['self', 'amazon']) {
		try {
			const {Images = []} = await calls.ec2(
				'DescribeImages',
				async (client, sdk, options) =>
					client.send(
						new sdk.DescribeImagesCommand({
							Owners: [owner],
							MaxResults: 100,
							Filters: [
								{Name: 'image-type', Values: ['machine']},
								{Name: 'architecture', Values: ['x86_64']},
								...(owner === 'amazon' ? [{Name: 'name', Values: ['al2023-ami-minimal-*']}] : []),
							],
						}),
						options,
					),
				signal,
			);
			const id = Images.find(({State}) => State === 'available')?.ImageId;
			if (id !== undefined) {
				return id;
			}
		} catch (error) {
			if (error instanceof CancelledError) {
				throw error;
			}

			// That images cannot be listed is found out again, and told, where that right is tried.
		}
	}

	return 'ami-00000000000000000';
}
