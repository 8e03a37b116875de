import type {SecurityGroup} from '@aws-sdk/client-ec2';
import {Stopwatch} from '../../host/stopwatch.js';
import type {Owner} from '../cloud.js';
import {isUnanswered} from '../may-pass.js';
import {isMatch, list} from './describe-instances.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {GroupInUseError} from './errors/group-in-use-error.js';
import {NoDefaultNetworkError} from './errors/no-default-network-error.js';
import {ruleChanges} from './group-rules.js';
import {onceSeen} from './once-seen.js';
import {groupName, ownerTags, tagList, tagOnCreate} from './owner-tags.js';
import {removeOurs} from './remove-ours.js';
import {terminateInstances} from './terminate-instances.js';

const unseen = ['InvalidGroup.NotFound', 'InvalidGroupId.Malformed', 'InvalidSecurityGroupID.NotFound'];
/** For members to end, and for new ones to be seen. */
const longestWaitMs = 10 * 60_000;

/** Makes the group of a deployment, with its rules. May run again: also from another address of this machine. */
export async function prepareGroup(context: Ec2Context, owner: Owner, headnode: string): Promise<void> {
	const {GroupId: groupId, IpPermissions = []} =
		(await findGroup(context, owner)) ?? (await createGroup(context, owner)) ?? (await waitForGroup(context, owner));
	if (!context.traits.tagOnCreate) {
		await onceSeen(context, unseen, async () =>
			context.ask('CreateTags', async (client, {CreateTagsCommand}, options) =>
				client.send(new CreateTagsCommand({Resources: [groupId], Tags: tagList(ownerTags(owner))}), options),
			),
		);
	}

	const {missing, excess} = ruleChanges(IpPermissions, {groupId, headnode, sshPort: context.sshPort});
	for (const rule of missing) {
		await onceSeen(context, unseen, async () =>
			unlessAnswered('InvalidPermission.Duplicate', async () =>
				context.ask('AuthorizeSecurityGroupIngress', async (client, {AuthorizeSecurityGroupIngressCommand}, options) =>
					client.send(new AuthorizeSecurityGroupIngressCommand({GroupId: groupId, IpPermissions: [rule]}), options),
				),
			),
		);
	}

	for (const rule of excess) {
		await unlessAnswered('InvalidPermission.NotFound', async () =>
			context.ask('RevokeSecurityGroupIngress', async (client, {RevokeSecurityGroupIngressCommand}, options) =>
				client.send(new RevokeSecurityGroupIngressCommand({GroupId: groupId, IpPermissions: [rule]}), options),
			),
		);
	}
}

type Group = {readonly GroupId: string} & Pick<SecurityGroup, 'IpPermissions'>;

async function findGroup({ask}: Ec2Context, owner: Owner): Promise<Group | undefined> {
	const {SecurityGroups = []} = await ask(
		'DescribeSecurityGroups',
		async (client, {DescribeSecurityGroupsCommand}, options) =>
			client.send(
				new DescribeSecurityGroupsCommand({Filters: [{Name: 'group-name', Values: [groupName(owner)]}]}),
				options,
			),
	);
	const found = SecurityGroups.find(({GroupName}) => GroupName === groupName(owner));
	return found?.GroupId ? {...found, GroupId: found.GroupId} : undefined;
}

/** A group that was made before, perhaps just now. */
export async function waitForGroup(context: Ec2Context, owner: Owner): Promise<Group> {
	return onceSeen(context, unseen, async () => {
		const found = await findGroup(context, owner);
		if (!found) {
			throw Object.assign(new Error(`The security group ${groupName(owner)} does not exist.`), {
				name: 'InvalidGroup.NotFound',
			});
		}

		return found;
	});
}

/** Undefined when there is one of this name already. */
async function createGroup({ask, traits, name}: Ec2Context, owner: Owner): Promise<Group | undefined> {
	try {
		const {GroupId} = await ask('CreateSecurityGroup', async (client, {CreateSecurityGroupCommand}, options) =>
			client.send(
				new CreateSecurityGroupCommand({
					GroupName: groupName(owner),
					Description: `D2CM deployment ${owner.launchKey}`,
					...tagOnCreate(traits, ['security-group'], ownerTags(owner)),
				}),
				options,
			),
		);
		return GroupId ? {GroupId} : undefined;
	} catch (error) {
		if (hasCode(error, 'InvalidGroup.Duplicate')) {
			return undefined;
		}

		throw hasCode(error, 'VPCIdNotSpecified') ? new NoDefaultNetworkError(name, {cause: error}) : error;
	}
}

/**
Takes the group away once its members have ended. That no question shows it proves nothing right after a crash: only making
one of this name does, since names are unique at once; where none can be made, that none is shown for long must do. While it has
members that nobody ended, for nobody had seen them yet, they are ended here.

@throws {GroupInUseError} When that does not come about.
*/
export async function deleteGroup(context: Ec2Context, owner: Owner): Promise<void> {
	const {clock, ask} = context;
	const waited = new Stopwatch(clock);
	let group = await findGroup(context, owner);
	const wasSeen = group !== undefined;
	for (let pauseMs = 2000; ; pauseMs = Math.min(pauseMs * 1.5, 15_000)) {
		group ??= await makeOrFind(context, owner);
		if (!group) {
			return;
		}

		const {GroupId} = group;
		try {
			await removeOurs(ask, {
				kind: 'security group',
				ids: [GroupId],
				isOurs: ({name}) => name === groupName(owner),
				// What was just made may not be shown yet.
				isRecorded: true,
			});
			return;
		} catch (error) {
			const isGone = hasCode(error, ...unseen);
			if (isGone && wasSeen) {
				return;
			}

			if (!isGone && !hasCode(error, 'DependencyViolation', 'InvalidGroup.InUse')) {
				throw error;
			}

			if (waited.passedMs() > longestWaitMs) {
				throw new GroupInUseError(groupName(owner), {cause: error});
			}

			await clock.sleep(pauseMs);
			if (isGone) {
				group = undefined;
			} else {
				await endMembers(context, owner, GroupId);
			}
		}
	}
}

/** Undefined when none can be made and none comes to light. */
async function makeOrFind(context: Ec2Context, owner: Owner): Promise<Group | undefined> {
	let made: Group | undefined;
	try {
		made = await createGroup(context, owner);
	} catch (error) {
		if (isUnanswered(error)) {
			throw error;
		}

		// It would be in the network that is not there.
		return error instanceof NoDefaultNetworkError
			? undefined
			: waitForGroup(context, owner).catch((reason: unknown) => {
					if (hasCode(reason, ...unseen)) {
						return undefined;
					}

					throw reason;
				});
	}

	return made ?? waitForGroup(context, owner);
}

async function endMembers(context: Ec2Context, owner: Owner, groupId: string): Promise<void> {
	const members = await list(context, [{Name: 'instance.group-id', Values: [groupId]}]);
	const living = members
		.filter(isMatch({tags: ownerTags(owner)}))
		.filter(({state}) => state !== 'terminated' && state !== 'shutting-down');
	await terminateInstances(
		context,
		living.map(({id}) => id),
		owner,
	);
}

async function unlessAnswered(code: string, ask: () => Promise<unknown>): Promise<void> {
	try {
		await ask();
	} catch (error) {
		if (!hasCode(error, code)) {
			throw error;
		}
	}
}
