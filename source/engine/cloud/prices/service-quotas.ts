import {clientConfig, isJson} from '../ec2/aws-calls.js';
import {callPatiently} from '../ec2/call-patiently.js';
import {CloudUnreachableError} from '../ec2/errors/cloud-unreachable-error.js';
import {NoCloudThereError} from '../ec2/errors/no-cloud-there-error.js';
import {NotAllowedError} from '../ec2/errors/not-allowed-error.js';
import {refuseWebPages} from '../refuse-web-pages.js';
import type {ListingRequest} from './listing-request.js';

/** Which quota: `ec2`, `L-1216C47A`. */
export type QuotaName = {readonly service: string; readonly code: string};

export type Quota = {
	/** As Amazon words it. */
	readonly name: string;
	readonly value: number;
};

/** What the account may have. Undefined: it cannot be read, so it bounds nothing here; the cloud will say the same later. */
export type ReadQuota = (quota: QuotaName) => Promise<Quota | undefined>;

type Actions = 'GetServiceQuota' | 'GetAWSDefaultServiceQuota';

/** Quotas of the account, from Service Quotas; where nobody has ever changed one, Amazon's default. */
export function serviceQuotas({access, endpoint, clock, signal, patience}: ListingRequest): ReadQuota {
	const ask = async (action: Actions, {service, code}: QuotaName) => {
		const sdk = await import('./quotas-sdk.js');
		const client = refuseWebPages(new sdk.ServiceQuotasClient(await clientConfig(access, endpoint)), isJson);
		const command = new sdk[`${action}Command`]({ServiceCode: service, QuotaCode: code});
		try {
			return await callPatiently(
				`servicequotas:${action}`,
				async options => (await client.send(command, options)).Quota,
				{clock, signal, ...patience},
			);
		} finally {
			client.destroy();
		}
	};

	return async quota => {
		try {
			const {QuotaName = quota.code, Value} =
				(await ask('GetServiceQuota', quota).catch(async (error: unknown) => {
					if (!isUnknown(error)) {
						throw error;
					}

					return ask('GetAWSDefaultServiceQuota', quota);
				})) ?? {};
			return Value === undefined ? undefined : {name: QuotaName, value: Value};
		} catch (error) {
			if (isUntold.some(kind => error instanceof kind) || isUnknown(error)) {
				return undefined;
			}

			throw error;
		}
	};
}

/** Whoever may not ask, or cannot, is told by the cloud later. */
const isUntold = [NotAllowedError, CloudUnreachableError, NoCloudThereError];

const isUnknown = (error: unknown) => error instanceof Error && error.name === 'NoSuchResourceException';
