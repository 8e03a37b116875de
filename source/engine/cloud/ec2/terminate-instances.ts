import {isInstanceId} from './describe-instances.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {NotAllowedError} from './errors/not-allowed-error.js';
import {refusal} from './refusal.js';

const mostAtOnce = 100;
const unknown = ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];

/**
Asks for the end of instances. One that is not known, or may not be ended, keeps the cloud from ending others of the same request:
then each by itself.

@throws What the cloud says of those that may not be ended, once all others are.
*/
export async function terminateInstances(context: Ec2Context, instanceIds: readonly string[]): Promise<void> {
	const ids = [...new Set(instanceIds)].filter(isInstanceId);
	const refusals: unknown[] = [];
	for (let from = 0; from < ids.length; from += mostAtOnce) {
		const chunk = ids.slice(from, from + mostAtOnce);
		const problem = await terminate(context, chunk);
		if (problem && chunk.length > 1) {
			for (const id of chunk) {
				refusals.push(await terminate(context, [id]));
			}
		} else {
			refusals.push(problem);
		}
	}

	const refused = refusals.find(problem => problem !== undefined && !hasCode(problem, ...unknown));
	if (refused !== undefined) {
		throw refusal(refused) ?? refused;
	}
}

/** @returns What it says where it has ended none, or not all. */
async function terminate({ask}: Ec2Context, InstanceIds: string[]): Promise<unknown> {
	try {
		await ask('TerminateInstances', async (client, {TerminateInstancesCommand}, options) =>
			client.send(new TerminateInstancesCommand({InstanceIds}), options),
		);
		return undefined;
	} catch (error) {
		if (error instanceof NotAllowedError || hasCode(error, ...unknown) || refusal(error)) {
			return error;
		}

		throw error;
	}
}
