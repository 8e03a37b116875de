import type {Ec2Context} from './ec2-context.js';

export type RunningVcpus = {readonly instanceType: string; readonly spot: boolean; readonly vcpus: number};

/** Everything that counts against the limits of the account, ours or not. */
export async function listRunning({ask}: Ec2Context): Promise<readonly RunningVcpus[]> {
	const running: RunningVcpus[] = [];
	for (let token: string | undefined; ; ) {
		const {Reservations = [], NextToken} = await ask(
			'DescribeInstances',
			async (client, {DescribeInstancesCommand}, options) =>
				client.send(
					new DescribeInstancesCommand({
						Filters: [{Name: 'instance-state-name', Values: ['pending', 'running']}],
						MaxResults: 1000,
						...(token && {NextToken: token}),
					}),
					options,
				),
		);
		for (const {InstanceType, CpuOptions, InstanceLifecycle} of Reservations.flatMap(({Instances = []}) => Instances)) {
			running.push({
				instanceType: InstanceType ?? '',
				spot: InstanceLifecycle === 'spot',
				vcpus: (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1),
			});
		}

		if (!NextToken) {
			return running;
		}

		token = NextToken;
	}
}
