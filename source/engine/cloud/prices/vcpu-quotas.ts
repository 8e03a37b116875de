import type {Market, VcpuLimits} from '../ec2/vcpu-limits.js';
import type {ReadQuota} from './service-quotas.js';

/**
Quota codes by the letters that instance types begin with: of running on-demand instances, and of spot requests where the
family has them.

@see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
*/
const families: ReadonlyArray<readonly [pattern: RegExp, onDemand: string, spot?: string]> = [
	[/^u-/, 'L-43DA4232'],
	[/^(dl\d)/, 'L-6E869C2A', 'L-85EED4F7'],
	[/^(trn\d)/, 'L-2C3B7624', 'L-6B0D517C'],
	[/^(inf\d)/, 'L-1945791B', 'L-B5D1601B'],
	[/^(hpc\d)/, 'L-F7808C92'],
	[/^(g\d|gr\d|vt\d)/, 'L-DB2E81BA', 'L-3819A6DF'],
	[/^p5/, 'L-417A185B', 'L-C4BD4855'],
	[/^p\d/, 'L-417A185B', 'L-7212CCBC'],
	[/^f\d/, 'L-74FC7D96', 'L-88CF9481'],
	[/^x\d/, 'L-7295265B', 'L-E3A00192'],
	[/^(a|c|d|h|i|m|r|t|z)\d|^(im|is)\d/, 'L-1216C47A', 'L-34B43A08'],
];

/** The quota an instance type counts against; undefined for a family that is newer than this list. */
export function quotaCode(instanceType: string, market: Market): string | undefined {
	const [, onDemand, spot] = families.find(([pattern]) => pattern.test(instanceType)) ?? [];
	return market === 'spot' ? spot : onDemand;
}

/** How many vCPUs the account may run at once. */
export function vcpuQuotas(readQuota: ReadQuota): VcpuLimits {
	return async (instanceTypes, market) => {
		const limits = new Map<string, {readonly name: string; readonly vcpus: number}>();
		for (const [code, types] of Map.groupBy(instanceTypes, type => quotaCode(type, market))) {
			const quota = code === undefined ? undefined : await readQuota({service: 'ec2', code});
			for (const type of quota ? types : []) {
				limits.set(type, {name: quota?.name ?? '', vcpus: quota?.value ?? 0});
			}
		}

		return limits;
	};
}
