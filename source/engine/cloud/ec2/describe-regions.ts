import type {AwsCalls} from './aws-calls.js';
import {isShaped} from './shapes.js';

/** The regions these keys may use, by name: `eu-west-1`. */
export async function describeRegions(calls: AwsCalls, signal: AbortSignal): Promise<readonly string[]> {
	const {Regions = []} = await calls.ec2(
		'DescribeRegions',
		async (client, sdk, options) => client.send(new sdk.DescribeRegionsCommand({}), options),
		signal,
	);
	return Regions.filter(({OptInStatus}) => OptInStatus !== 'not-opted-in')
		.flatMap(({RegionName}) => (isShaped('place', RegionName) ? RegionName : []))
		.toSorted();
}
