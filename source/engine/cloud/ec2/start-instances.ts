import {CapacityError} from '../capacity-error.js';
import {isInstanceId} from './describe-instances.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {CloudQuotaError} from './errors/cloud-quota-error.js';

/** Gone, or not yet in a state from which it can be started: what it is now, another question tells. */
const notNow = ['IncorrectInstanceState', 'InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];
const full = ['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity'];

/**
Starts stopped instances again, each by itself: Amazon starts all of a request or none.

@throws {CapacityError}
*/
export async function startInstances({ask, name}: Ec2Context, instanceIds: readonly string[]): Promise<void> {
	for (const id of instanceIds.filter(isInstanceId)) {
		try {
			await ask('StartInstances', async (client, {StartInstancesCommand}, options) =>
				client.send(new StartInstancesCommand({InstanceIds: [id]}), options),
			);
		} catch (error) {
			if (!hasCode(error, ...notNow)) {
				throw told(error, id, name);
			}
		}
	}
}

/** What a refusal means to the user. */
function told(error: unknown, id: string, cloud: string): unknown {
	const hint = 'Try again later.';
	if (hasCode(error, ...full)) {
		return new CapacityError(`The cloud ${cloud} has no room now to start ${id} again.`, hint, {cause: error});
	}

	return error instanceof CloudQuotaError
		? new CapacityError(`A limit of the account does not allow ${id} to be started again now.`, hint, {
				cause: error,
				reason: 'limit',
			})
		: error;
}
