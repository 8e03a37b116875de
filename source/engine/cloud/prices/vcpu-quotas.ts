import type {VcpuLimits} from '../ec2/vcpu-limits.js';
import type {ReadQuota} from './service-quotas.js';

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

/** The quota an instance type counts against; undefined for a family that is newer than this list. */
export const quotaCode = (instanceType: string): string | undefined =>
	families.find(([pattern]) => pattern.test(instanceType))?.[1];

/** How many vCPUs the account may run at once. */
export function vcpuQuotas(readQuota: ReadQuota): VcpuLimits {
	return async instanceTypes => {
		const limits = new Map<string, {readonly name: string; readonly vcpus: number}>();
		for (const [code, types] of Map.groupBy(instanceTypes, quotaCode)) {
			const quota = code === undefined ? undefined : await readQuota({service: 'ec2', code});
			for (const type of quota ? types : []) {
				limits.set(type, {name: quota?.name ?? '', vcpus: quota?.value ?? 0});
			}
		}

		return limits;
	};
}
