import type {EC2Client} from '@aws-sdk/client-ec2';
import {AppError} from '../../errors/app-error.js';
import {CapacityError} from '../capacity-error.js';
import type {Ec2Sdk, SendOptions} from './aws-calls.js';
import {eachByItself} from './each-by-itself.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {CloudQuotaError} from './errors/cloud-quota-error.js';
import {NotAllowedError} from './errors/not-allowed-error.js';
import {refusal} from './refusal.js';

const full = ['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity'];

/**
Starts stopped instances again.

@throws {CapacityError | CloudRefusedError}
*/
export async function startInstances({ask, name}: Ec2Context, instanceIds: readonly string[]): Promise<void> {
	await eachByItself(
		instanceIds,
		async id =>
			ask('StartInstances', async (client, {StartInstancesCommand}, options) =>
				client.send(new StartInstancesCommand({InstanceIds: [id]}), options),
			),
		(error, id) => told(error, id, name),
	);
}

/** Anything but a missing right is said only to who has the right. */
export async function mayStartInstances({ask}: Pick<Ec2Context, 'ask'>): Promise<boolean> {
	try {
		await ask('StartInstances', startNothing);
	} catch (error) {
		if (error instanceof AppError) {
			if (error instanceof NotAllowedError) {
				return false;
			}

			throw error;
		}
	}

	return true;
}

/** A dry run, of an instance that nobody has. */
export const startNothing = async (client: EC2Client, {StartInstancesCommand}: Ec2Sdk, options: SendOptions) =>
	client.send(new StartInstancesCommand({DryRun: true, InstanceIds: [noInstance]}), options);

export const noInstance = 'i-00000000000000000';

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
		: (refusal(error) ?? error);
}
