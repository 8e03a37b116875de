import {type ReadQuota, serviceQuotas} from '../engine/cloud/prices/service-quotas.js';
import {isAmazonAddress} from '../engine/credentials/amazon-address.js';
import {systemClock} from '../engine/host/system-clock.js';
import type {CloudAccess} from './cloud-access.js';

/** What an account may have in a cloud. Undefined: the cloud tells nobody. A stand-in for Amazon has no quotas, unless the environment says where. */
export function quotasOf(access: CloudAccess, signal: AbortSignal): ReadQuota | undefined {
	const {traits, ec2Url} = access;
	const hasQuotas =
		traits.serviceQuotas &&
		(ec2Url === undefined || isAmazonAddress(ec2Url) || process.env['AWS_ENDPOINT_URL_SERVICE_QUOTAS'] !== undefined);
	return hasQuotas
		? serviceQuotas({access, clock: systemClock, signal, patience: {attemptTimeoutMs: 15_000, mostAttempts: 3}})
		: undefined;
}
