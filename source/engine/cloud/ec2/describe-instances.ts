import type {Filter} from '@aws-sdk/client-ec2';
import {allPages} from '../all-pages.js';
import {type Instance, type InstanceFilter, tagNames} from '../cloud.js';
import type {Ec2Context} from './ec2-context.js';
import {instanceOf} from './instance-of.js';
import {groupName} from './owner-tags.js';
import {isShaped} from './shapes.js';

/** Values of one filter. */
const mostValues = 200;
const pageSize = 1000;

/**
Instances by ids or tags. Both are asked as filters, since an id that is not known is then no error. Where tags come after
the reservation, an instance without them is found by its group.
*/
export async function describeInstances(context: Ec2Context, filter: InstanceFilter): Promise<readonly Instance[]> {
	if ('ids' in filter) {
		const ids = filter.ids.filter(isInstanceId);
		const chunks = Array.from({length: Math.ceil(ids.length / mostValues)}, (_, n) =>
			ids.slice(n * mostValues, (n + 1) * mostValues),
		);
		const found = await Promise.all(chunks.map(async chunk => list(context, [{Name: 'instance-id', Values: chunk}])));
		return found.flat().filter(isMatch(filter));
	}

	const wanted = Object.entries(filter.tags);
	const byTags = list(
		context,
		wanted.map(([tag, value]) => ({Name: `tag:${tag}`, Values: [value]})),
	);
	const {[tagNames.installation]: installation, [tagNames.deployment]: launchKey = '*'} = filter.tags;
	const byGroup =
		context.traits.tagOnCreate || installation === undefined
			? []
			: list(context, [{Name: 'instance.group-name', Values: [groupName({installation, launchKey})]}]);
	const found = (await Promise.all([byTags, byGroup])).flat();
	return [...new Map(found.map(instance => [instance.id, instance])).values()].filter(isMatch(filter));
}

export const isInstanceId = (id: string): boolean => isShaped('instance', id);

export const isMatch =
	(filter: InstanceFilter) =>
	({id, tags}: Instance): boolean =>
		'ids' in filter
			? filter.ids.includes(id)
			: Object.entries(filter.tags).every(([tag, value]) => tags[tag] === value);

export async function list({ask, sshPort}: Ec2Context, Filters: Filter[]): Promise<readonly Instance[]> {
	const reservations = await allPages(async page =>
		ask('DescribeInstances', async (client, {DescribeInstancesCommand}, options) =>
			client.send(new DescribeInstancesCommand({Filters, MaxResults: pageSize, ...page}), options),
		).then(({Reservations, NextToken}) => [Reservations, NextToken]),
	);
	return reservations.flatMap(({Instances = []}) => Instances.flatMap(one => instanceOf(one, sshPort) ?? []));
}
