import {allPages} from '../all-pages.js';
import type {Ec2Context} from './ec2-context.js';

export type RunningVcpus = {readonly instanceType: string; readonly spot: boolean; readonly vcpus: number};

/** Everything that counts against the limits of the account, ours or not. */
export async function listRunning({ask}: Ec2Context): Promise<readonly RunningVcpus[]> {
	const Filters = [{Name: 'instance-state-name', Values: ['pending', 'running']}];
	const reservations = await allPages(async page =>
		ask('DescribeInstances', async (client, {DescribeInstancesCommand}, options) =>
			client.send(new DescribeInstancesCommand({Filters, MaxResults: 1000, ...page}), options),
		).then(({Reservations, NextToken}) => [Reservations, NextToken]),
	);
	return reservations
		.flatMap(({Instances = []}) => Instances)
		.map(({InstanceType, CpuOptions, InstanceLifecycle}) => ({
			instanceType: InstanceType ?? '',
			spot: InstanceLifecycle === 'spot',
			vcpus: (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1),
		}));
}
