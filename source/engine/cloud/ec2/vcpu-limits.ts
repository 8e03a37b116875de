import {CapacityError} from '../capacity-error.js';
import type {CapacityRequest} from '../cloud.js';
import type {Ec2Context} from './ec2-context.js';
import type {Ec2InstanceType} from './instance-types.js';
import {listRunning, type RunningVcpus} from './list-running.js';

/** Each has limits of its own. */
export type Market = 'on-demand' | 'spot';

/** How many vCPUs may run at once, by instance type; types that share a limit have one of the same name. */
export type VcpuLimits = (
	instanceTypes: readonly string[],
	market: Market,
) => Promise<ReadonlyMap<string, {readonly name: string; readonly vcpus: number}>>;

type Wanted = CapacityRequest & {readonly type: Ec2InstanceType};

/** @throws {CapacityError} With what may run, runs and is wanted. */
export async function checkVcpus(
	context: Ec2Context,
	wanted: readonly Wanted[],
	vcpuLimits: VcpuLimits,
): Promise<void> {
	const running = await listRunning(context);
	for (const market of ['on-demand', 'spot'] as const) {
		const isOfMarket = ({spot = false}: {readonly spot?: boolean}) => spot === (market === 'spot');
		await checkMarket(market, running.filter(isOfMarket), wanted.filter(isOfMarket), vcpuLimits);
	}
}

async function checkMarket(
	market: Market,
	running: readonly RunningVcpus[],
	wanted: readonly Wanted[],
	vcpuLimits: VcpuLimits,
): Promise<void> {
	const types = [...wanted, ...running].map(({instanceType}) => instanceType);
	const limits = wanted.length > 0 ? await vcpuLimits([...new Set(types)], market) : new Map();
	for (const {name, vcpus} of new Map([...limits.values()].map(limit => [limit.name, limit])).values()) {
		const isUnder = ({instanceType}: {readonly instanceType: string}) => limits.get(instanceType)?.name === name;
		const used = running.filter(isUnder).reduce((sum, one) => sum + one.vcpus, 0);
		const more = wanted.filter(isUnder).reduce((sum, {count, type}) => sum + count * type.vcpus, 0);
		if (more > 0 && used + more > vcpus) {
			throw new CapacityError(
				`${more} vCPUs were asked for; of the ${vcpus} the account may run (${name}), ${used} are in use.`,
				'Choose fewer or smaller instances, or ask for a higher limit.',
				{reason: 'limit'},
			);
		}
	}
}
