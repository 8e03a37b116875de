import {allPages} from '../../all-pages.js';
import {type OwnedKind, tagNames} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {tagsByGroup, tagsOf} from '../owner-tags.js';
import {isShaped} from '../shapes.js';
import {whose} from './whose.js';

/** Its name says whose a group is, also where it could not be tagged any more. */
export const ownedGroups = ({ask}: Ec2Context): OwnedKind => ({
	kind: 'security group',
	async find(installation) {
		const groups = await allPages(async page =>
			ask('DescribeSecurityGroups', async (client, {DescribeSecurityGroupsCommand}, options) =>
				client.send(new DescribeSecurityGroupsCommand(page), options),
			).then(({SecurityGroups, NextToken}) => [SecurityGroups, NextToken]),
		);
		return groups.flatMap(({GroupId, GroupName = '', Tags}) => {
			const tags = {...tagsByGroup(GroupName), ...tagsOf(Tags)};
			return isShaped('security group', GroupId) && tags[tagNames.installation] === installation
				? [{kind: 'security group', id: GroupId, ...whose(tags)}]
				: [];
		});
	},
});
