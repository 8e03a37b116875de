import type {RightTry} from './needed-rights.js';

const deploying = 'deployments';
const migrating = 'migrations';

/** Requests that only read. */
export const readingTries: readonly RightTry[] = [
	{
		right: 'ec2:DescribeImages',
		for: `${migrating} and ${deploying}`,
		ask: async ({calls, signal}) =>
			calls.ec2(
				'DescribeImages',
				async (client, sdk, options) => client.send(new sdk.DescribeImagesCommand({Owners: ['self']}), options),
				signal,
			),
	},
	{
		right: 'ec2:DescribeInstances',
		for: deploying,
		ask: async ({calls, signal, dryRun}) =>
			calls.ec2(
				'DescribeInstances',
				async (client, sdk, options) => client.send(new sdk.DescribeInstancesCommand({...dryRun}), options),
				signal,
			),
	},
	{
		right: 'ec2:DescribeInstanceTypes',
		for: deploying,
		ask: async ({calls, signal, dryRun}) =>
			calls.ec2(
				'DescribeInstanceTypes',
				async (client, sdk, options) =>
					client.send(
						new sdk.DescribeInstanceTypesCommand({
							...dryRun,
							Filters: [{Name: 'instance-type', Values: ['t3.micro']}],
						}),
						options,
					),
				signal,
			),
	},
	{
		right: 'ec2:DescribeSecurityGroups',
		for: deploying,
		ask: async ({calls, signal, dryRun}) =>
			calls.ec2(
				'DescribeSecurityGroups',
				async (client, sdk, options) => client.send(new sdk.DescribeSecurityGroupsCommand({...dryRun}), options),
				signal,
			),
	},
	{
		right: 'ec2:DescribeSnapshots',
		for: migrating,
		ask: async ({calls, signal}) =>
			calls.ec2(
				'DescribeSnapshots',
				async (client, sdk, options) => client.send(new sdk.DescribeSnapshotsCommand({OwnerIds: ['self']}), options),
				signal,
			),
	},
];
