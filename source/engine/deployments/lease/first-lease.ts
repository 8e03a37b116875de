import {asDearest} from '../as-reserved.js';
import type {Deployment} from '../deployment.js';
import {setLeaseAtBoot} from './lease-commands.js';
import {leaseLimits} from './lease-limits.js';

/**
What an instance runs at its first boot so that it has a lease before anybody has logged in; undefined for a deployment
without leases. The same each time for one client token, since clouds compare; so it counts from the boot, on the dearest
instance types the deployment may get.
*/
export function firstLease(deployment: Deployment, clientToken: string): string | undefined {
	const limits = leaseLimits({...deployment, roles: asDearest(deployment.roles)}, 0);
	return limits && setLeaseAtBoot(clientToken, limits);
}
