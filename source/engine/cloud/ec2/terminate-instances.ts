import {isInstanceId} from './describe-instances.js';
import {type Ec2Context, hasCode} from './ec2-context.js';

const mostAtOnce = 100;
const unknown = ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];

/** Asks for the end of instances. One that is not known keeps the cloud from ending any of a request: then each by itself. */
export async function terminateInstances(context: Ec2Context, instanceIds: readonly string[]): Promise<void> {
	const ids = [...new Set(instanceIds)].filter(isInstanceId);
	for (let from = 0; from < ids.length; from += mostAtOnce) {
		const chunk = ids.slice(from, from + mostAtOnce);
		if (!(await terminate(context, chunk)) && chunk.length > 1) {
			for (const id of chunk) {
				await terminate(context, [id]);
			}
		}
	}
}

/** Whether all of them were known. */
async function terminate({ask}: Ec2Context, InstanceIds: string[]): Promise<boolean> {
	try {
		await ask('TerminateInstances', async (client, {TerminateInstancesCommand}, options) =>
			client.send(new TerminateInstancesCommand({InstanceIds}), options),
		);
		return true;
	} catch (error) {
		if (hasCode(error, ...unknown)) {
			return false;
		}

		throw error;
	}
}
