import {CapacityError} from '../cloud/capacity-error.js';
import type {Instance} from '../cloud/cloud.js';
import {IdempotentParameterMismatchError} from '../cloud/idempotent-parameter-mismatch-error.js';
import {marketOf} from './capacity-requests.js';
import type {DeployedRole} from './deployment.js';
import type {DeploymentRun} from './deployment-run.js';
import {firstLease} from './lease/first-lease.js';
import {userData} from './user-data.js';

/**
Reserves instances of the role's type or, where there is no room for them, of the first of the others that the user allowed.
The token is the same for all: what a process reserved that died before it knew is refused for the other types, so that
nothing is ever reserved twice.
*/
export async function reserveOneOf(
	{deployment, cloud, owner, keys, ask, cancel, say}: DeploymentRun,
	role: DeployedRole,
	{clientToken, count}: {readonly clientToken: string; readonly count: number},
): Promise<readonly Instance[]> {
	const whose = await owner();
	const hostKey = (await keys()).hosts.get(role.name);
	const types = [role.instanceType, ...(role.others ?? []).map(({instanceType}) => instanceType)];
	let refusal: unknown;
	for (const [index, instanceType] of types.entries()) {
		try {
			return await ask(
				async () =>
					cloud.reserve({
						clientToken,
						owner: whose,
						role: role.name,
						imageId: role.imageId,
						instanceType,
						count,
						...marketOf(role),
						...(role.stops && {stops: true}),
						userData: hostKey ? userData(hostKey, firstLease(deployment, clientToken)) : '',
					}),
				cancel,
			);
		} catch (error) {
			const isTaken = error instanceof IdempotentParameterMismatchError;
			if (!isTaken && !(error instanceof CapacityError)) {
				throw error;
			}

			// That the token is taken tells more than that there is no room.
			refusal = isTaken || refusal === undefined ? error : refusal;
			const next = types[index + 1];
			if (next !== undefined) {
				await say('warning', `${error.message} Trying ${next} for ${role.name}.`, {role: role.name});
			}
		}
	}

	throw refusal;
}
