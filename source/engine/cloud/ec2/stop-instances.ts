import {eachByItself} from './each-by-itself.js';
import type {Ec2Context} from './ec2-context.js';
import {refusal} from './refusal.js';

/** Stops running instances; what they hold on their disks stays. */
export async function stopInstances({ask}: Ec2Context, instanceIds: readonly string[]): Promise<void> {
	await eachByItself(
		instanceIds,
		async id =>
			ask('StopInstances', async (client, {StopInstancesCommand}, options) =>
				client.send(new StopInstancesCommand({InstanceIds: [id]}), options),
			),
		error => refusal(error) ?? error,
	);
}
