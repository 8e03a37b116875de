import type {Ec2Context} from './ec2-context.js';
import {isShaped} from './shapes.js';

/** The zones that have an instance type, in order of name: the same each time. */
export async function zonesOffering({ask}: Ec2Context, instanceType: string): Promise<readonly string[]> {
	const {InstanceTypeOfferings = []} = await ask(
		'DescribeInstanceTypeOfferings',
		async (client, {DescribeInstanceTypeOfferingsCommand}, options) =>
			client.send(
				new DescribeInstanceTypeOfferingsCommand({
					LocationType: 'availability-zone',
					Filters: [{Name: 'instance-type', Values: [instanceType]}],
				}),
				options,
			),
	);
	return InstanceTypeOfferings.flatMap(({Location}) => (isShaped('place', Location) ? Location : [])).toSorted();
}
