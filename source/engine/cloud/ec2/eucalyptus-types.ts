import type {Ec2InstanceType} from './instance-types.js';

const types: ReadonlyArray<readonly [name: string, vcpus: number, memoryMib: number]> = [
	['t1.micro', 1, 256],
	['m1.small', 1, 256],
	['m1.medium', 1, 512],
	['c1.medium', 2, 512],
	['m1.large', 2, 512],
	['m1.xlarge', 2, 1024],
	['c1.xlarge', 2, 2048],
	['m2.xlarge', 2, 2048],
	['m3.xlarge', 4, 2048],
	['m2.2xlarge', 2, 4096],
	['m3.2xlarge', 4, 4096],
	['m2.4xlarge', 8, 4096],
];

/**
The instance types of Eucalyptus as it is installed, by their names and least sizes: it lists them in a form of its own, in
which the SDK sees none. Its administrator may have changed the sizes, and what fits is decided by the cloud.
*/
export const eucalyptusTypes: readonly Ec2InstanceType[] = types.map(([name, vcpus, memoryMib]) => ({
	name,
	vcpus,
	memoryMib,
}));
