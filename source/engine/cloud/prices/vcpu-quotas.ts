import type {Clock} from '../../host/clock.js';
import {clientConfig} from '../ec2/aws-calls.js';
import {callPatiently, type Patience} from '../ec2/call-patiently.js';
import type {Ec2Access} from '../ec2/ec2-access.js';
import {CloudUnreachableError} from '../ec2/errors/cloud-unreachable-error.js';
import {NotAllowedError} from '../ec2/errors/not-allowed-error.js';
import type {VcpuLimits} from '../ec2/vcpu-limits.js';

/**
Quota codes of running on-demand instances, by the letters that instance types begin with.

@see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
*/
const families: ReadonlyArray<readonly [pattern: RegExp, code: string]> = [
	[/^u-/, 'L-43DA4232'],
	[/^(dl\d)/, 'L-6E869C2A'],
	[/^(trn\d)/, 'L-2C3B7624'],
	[/^(inf\d)/, 'L-1945791B'],
	[/^(hpc\d)/, 'L-F7808C92'],
	[/^(g\d|gr\d|vt\d)/, 'L-DB2E81BA'],
	[/^p\d/, 'L-417A185B'],
	[/^f\d/, 'L-74FC7D96'],
	[/^x\d/, 'L-7295265B'],
	[/^(a|c|d|h|i|m|r|t|z)\d|^(im|is)\d/, 'L-1216C47A'],
];

export type QuotasRequest = {
	readonly access: Ec2Access;
	/** Left out: Amazon's own. */
	readonly quotasUrl?: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly patience?: Partial<Patience>;
};

/** The quota an instance type counts against; undefined for a family that is newer than this list. */
export const quotaCode = (instanceType: string): string | undefined =>
	families.find(([pattern]) => pattern.test(instanceType))?.[1];

/** How many vCPUs the account may run at once, from Service Quotas. A quota that cannot be read bounds nothing here. */
export function vcpuQuotas(request: QuotasRequest): VcpuLimits {
	return async instanceTypes => {
		const codes = new Map(instanceTypes.map(type => [type, quotaCode(type)]));
		const quotas = await readQuotas(
			request,
			[...new Set(codes.values())].filter(code => code !== undefined),
		);
		return new Map(
			[...codes].flatMap(([type, code]) => {
				const quota = code === undefined ? undefined : quotas.get(code);
				return quota ? [[type, quota] as const] : [];
			}),
		);
	};
}

async function readQuotas({access, quotasUrl, clock, signal, patience}: QuotasRequest, codes: readonly string[]) {
	const sdk = await import('./quotas-sdk.js');
	const client = new sdk.ServiceQuotasClient(await clientConfig(access, quotasUrl));
	const quotas = new Map<string, {readonly name: string; readonly vcpus: number}>();
	try {
		for (const code of codes) {
			const Quota = await callPatiently(
				'servicequotas:GetServiceQuota',
				async options => client.send(new sdk.GetServiceQuotaCommand({ServiceCode: 'ec2', QuotaCode: code}), options),
				{clock, signal, ...patience},
			).then(
				answer => answer.Quota,
				(error: unknown) => {
					// RunInstances says the same, later; without the right to read quotas one can still run instances.
					if (error instanceof NotAllowedError || error instanceof CloudUnreachableError) {
						return undefined;
					}

					throw error;
				},
			);
			if (Quota?.Value !== undefined) {
				quotas.set(code, {name: Quota.QuotaName ?? code, vcpus: Quota.Value});
			}
		}
	} finally {
		client.destroy();
	}

	return quotas;
}
