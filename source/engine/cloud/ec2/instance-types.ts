import type {InstanceTypeInfo} from '@aws-sdk/client-ec2';
import {allPages} from '../all-pages.js';
import type {InstanceType} from '../cloud.js';
import {UnknownInstanceTypeError} from '../unknown-instance-type-error.js';
import type {Ec2Context} from './ec2-context.js';
import {isShaped} from './shapes.js';

/** EC2 itself knows no prices. */
export type Ec2InstanceType = Omit<InstanceType, 'hourlyUsd'>;

/** All the region offers, or one of them. */
export async function listInstanceTypes(
	{ask}: Pick<Ec2Context, 'ask'>,
	name?: string,
): Promise<readonly Ec2InstanceType[]> {
	const Filters = name === undefined ? undefined : [{Name: 'instance-type', Values: [name]}];
	const infos = await allPages(async page =>
		ask('DescribeInstanceTypes', async (client, {DescribeInstanceTypesCommand}, options) =>
			client.send(new DescribeInstanceTypesCommand({...(Filters && {Filters}), ...page}), options),
		).then(({InstanceTypes, NextToken}) => [InstanceTypes, NextToken]),
	);
	return infos.flatMap(info => instanceType(info) ?? []).toSorted((a, b) => a.name.localeCompare(b.name));
}

/** @throws {UnknownInstanceTypeError} With some that are there, of the same family first. */
export async function findInstanceType(context: Ec2Context, name: string): Promise<Ec2InstanceType> {
	const isPattern = /[*?]/.test(name);
	const listed = isPattern ? undefined : (await listInstanceTypes(context, name)).find(type => type.name === name);
	if (listed) {
		return listed;
	}

	const types = await context.allTypes();
	const found = types.find(type => type.name === name);
	if (found) {
		return found;
	}

	const all = types.map(type => type.name);
	const family = name.replace(/\..*/, '.');
	const near = all.toSorted((a, b) => Number(b.startsWith(family)) - Number(a.startsWith(family)));
	throw new UnknownInstanceTypeError(name, context.name, near.slice(0, mostNamed));
}

const mostNamed = 8;

const enaSupports = ['required', 'supported', 'unsupported'] as const;

function instanceType(info: InstanceTypeInfo): Ec2InstanceType | undefined {
	const {InstanceType: name, VCpuInfo, MemoryInfo, ProcessorInfo, SupportedUsageClasses: usage = []} = info;
	const ena = enaSupports.find(support => support === info.NetworkInfo?.EnaSupport);
	return !isShaped('instance type', name)
		? undefined
		: {
				name,
				vcpus: VCpuInfo?.DefaultVCpus ?? 0,
				memoryMib: MemoryInfo?.SizeInMiB ?? 0,
				supports: {
					architectures: ProcessorInfo?.SupportedArchitectures ?? [],
					bootModes: info.SupportedBootModes ?? [],
					virtualizations: info.SupportedVirtualizationTypes ?? [],
					rootDevices: info.SupportedRootDeviceTypes ?? [],
					...(ena && {ena}),
					...(usage.length > 0 && {spot: usage.includes('spot')}),
				},
			};
}
