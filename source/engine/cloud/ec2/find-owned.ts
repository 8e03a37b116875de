import {type OwnedThing, tagNames} from '../cloud.js';
import type {Ec2Context} from './ec2-context.js';
import {tagsByGroup, tagsOf} from './owner-tags.js';

/** Security groups and key pairs of an installation; volumes end with their instances. */
export async function findOwned({ask}: Ec2Context, installation: string): Promise<readonly OwnedThing[]> {
	const things: OwnedThing[] = [];
	const take = (kind: OwnedThing['kind'], id: string | undefined, tags: Readonly<Record<string, string>>) => {
		if (id !== undefined && tags[tagNames.installation] === installation) {
			things.push({kind, id, launchKey: tags[tagNames.deployment] ?? ''});
		}
	};

	for (let token: string | undefined; ; ) {
		const {SecurityGroups = [], NextToken} = await ask(
			'DescribeSecurityGroups',
			async (client, {DescribeSecurityGroupsCommand}, options) =>
				client.send(new DescribeSecurityGroupsCommand(token ? {NextToken: token} : {}), options),
		);
		for (const {GroupId, GroupName = '', Tags} of SecurityGroups) {
			take('security group', GroupId, {...tagsByGroup(GroupName), ...tagsOf(Tags)});
		}

		if (!NextToken) {
			break;
		}

		token = NextToken;
	}

	const {KeyPairs = []} = await ask('DescribeKeyPairs', async (client, {DescribeKeyPairsCommand}, options) =>
		client.send(new DescribeKeyPairsCommand({}), options),
	);
	for (const {KeyName, Tags} of KeyPairs) {
		take('key pair', KeyName, tagsOf(Tags));
	}

	return things;
}
