import {isInstanceId} from './describe-instances.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {refusal} from './refusal.js';
import {notNow} from './start-instances.js';

/** Stops running instances, each by itself: Amazon stops all of a request or none. */
export async function stopInstances({ask}: Ec2Context, instanceIds: readonly string[]): Promise<void> {
	for (const id of instanceIds.filter(isInstanceId)) {
		try {
			await ask('StopInstances', async (client, {StopInstancesCommand}, options) =>
				client.send(new StopInstancesCommand({InstanceIds: [id]}), options),
			);
		} catch (error) {
			if (!hasCode(error, ...notNow)) {
				throw refusal(error) ?? error;
			}
		}
	}
}
