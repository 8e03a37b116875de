import {allPages} from '../all-pages.js';
import {notOurs, unaskedAnswer} from '../answer-errors.js';
import type {AwsCalls} from './aws-calls.js';
import type {Ec2Context} from './ec2-context.js';
import {tagsByGroup, tagsOf} from './owner-tags.js';

type Ask = Ec2Context['ask'];

/** A thing in a cloud, as far as it says whose it is. */
export type Removable = {
	readonly id: string;
	readonly tags: Readonly<Record<string, string>>;
	/** Of an AMI and of a security group. */
	readonly name?: string;
	/** Of a snapshot. */
	readonly description?: string;
};

type Kind = {
	/** Reads things by their ids: a filter, so that one that is gone is no error. */
	readonly read: (ask: Ask, ids: string[]) => Promise<readonly Removable[]>;
	/** As Amazon calls what removes it. */
	readonly action: string;
	readonly remove: (ask: Ask, ids: [string, ...string[]]) => Promise<unknown>;
};

type Removal = {
	readonly kind: RemovableKind;
	readonly ids: readonly string[];
	readonly isOurs: (thing: Removable) => boolean;
	/** Its id stands in our own journal, so that it may be there though the cloud does not show it yet. */
	readonly isRecorded?: boolean;
	/** What helps where it is not ours. */
	readonly hint?: string;
};

/**
The only way by which anything is removed in EC2: it is read just before, and what the cloud says of it is compared here, since a
cloud that ignores filters shows what was not asked for. What is gone is left at that, unless it is recorded.

@throws {NotOursError} Before anything is removed, of these ids.
@throws {CloudAnswerError}
*/
export async function removeOurs(ask: Ask, removal: Removal): Promise<void> {
	const {kind, ids, isRecorded = false} = removal;
	const found = await mustBeOurs(ask, removal);
	const [first, ...others] = isRecorded ? ids : found.map(({id}) => id);
	if (first !== undefined) {
		await removableKinds[kind].remove(ask, [first, ...others]);
	}
}

/**
Reads what has these ids.

@throws {NotOursError}
@throws {CloudAnswerError} When the cloud shows something else instead.
*/
export async function mustBeOurs(ask: Ask, {kind, ids, isOurs, hint}: Removal): Promise<readonly Removable[]> {
	const answered = ids.length === 0 ? [] : await removableKinds[kind].read(ask, [...ids]);
	const found = answered.filter(({id}) => ids.includes(id));
	const [other] = answered;
	if (found.length === 0 && other) {
		throw unaskedAnswer(kind, ids.join(', '), other.id);
	}

	const foreign = found.find(thing => !isOurs(thing));
	if (foreign) {
		throw notOurs(kind, foreign.id, hint);
	}

	return found;
}

/** For what asks by the calls of a migration. */
export const askBy =
	(calls: AwsCalls, signal: AbortSignal): Ask =>
	async (action, send) =>
		calls.ec2(action, send, signal);

/** Everything of EC2 that D2CM ever removes. */
export const removableKinds = {
	instance: {
		read: async (ask, Values) =>
			allPages(async page =>
				ask('DescribeInstances', async (client, {DescribeInstancesCommand}, options) =>
					client.send(new DescribeInstancesCommand({Filters: [{Name: 'instance-id', Values}], ...page}), options),
				).then(({Reservations = [], NextToken}) => [
					Reservations.flatMap(({Instances = []}) => Instances).map(
						({InstanceId: id = '', SecurityGroups = [], Tags}) => ({
							id,
							tags: Object.assign(
								{},
								...SecurityGroups.map(({GroupName = ''}) => tagsByGroup(GroupName)),
								tagsOf(Tags),
							),
						}),
					),
					NextToken,
				]),
			),
		action: 'TerminateInstances',
		remove: async (ask, InstanceIds) =>
			ask('TerminateInstances', async (client, {TerminateInstancesCommand}, options) =>
				client.send(new TerminateInstancesCommand({InstanceIds}), options),
			),
	},
	'security group': {
		read: async (ask, Values) =>
			allPages(async page =>
				ask('DescribeSecurityGroups', async (client, {DescribeSecurityGroupsCommand}, options) =>
					client.send(new DescribeSecurityGroupsCommand({Filters: [{Name: 'group-id', Values}], ...page}), options),
				).then(({SecurityGroups = [], NextToken}) => [
					SecurityGroups.map(({GroupId: id = '', GroupName: name = '', Tags}) => ({id, name, tags: tagsOf(Tags)})),
					NextToken,
				]),
			),
		action: 'DeleteSecurityGroup',
		remove: async (ask, [GroupId]) =>
			ask('DeleteSecurityGroup', async (client, {DeleteSecurityGroupCommand}, options) =>
				client.send(new DeleteSecurityGroupCommand({GroupId}), options),
			),
	},
	'key pair': {
		read: async (ask, Values) =>
			ask('DescribeKeyPairs', async (client, {DescribeKeyPairsCommand}, options) =>
				client.send(new DescribeKeyPairsCommand({Filters: [{Name: 'key-name', Values}]}), options),
			).then(({KeyPairs = []}) => KeyPairs.map(({KeyName: id = '', Tags}) => ({id, tags: tagsOf(Tags)}))),
		action: 'DeleteKeyPair',
		remove: async (ask, [KeyName]) =>
			ask('DeleteKeyPair', async (client, {DeleteKeyPairCommand}, options) =>
				client.send(new DeleteKeyPairCommand({KeyName}), options),
			),
	},
	address: {
		read: async (ask, Values) =>
			ask('DescribeAddresses', async (client, {DescribeAddressesCommand}, options) =>
				client.send(new DescribeAddressesCommand({Filters: [{Name: 'allocation-id', Values}]}), options),
			).then(({Addresses = []}) => Addresses.map(({AllocationId: id = '', Tags}) => ({id, tags: tagsOf(Tags)}))),
		action: 'ReleaseAddress',
		remove: async (ask, [AllocationId]) =>
			ask('ReleaseAddress', async (client, {ReleaseAddressCommand}, options) =>
				client.send(new ReleaseAddressCommand({AllocationId}), options),
			),
	},
	volume: {
		read: async (ask, Values) =>
			allPages(async page =>
				ask('DescribeVolumes', async (client, {DescribeVolumesCommand}, options) =>
					client.send(new DescribeVolumesCommand({Filters: [{Name: 'volume-id', Values}], ...page}), options),
				).then(({Volumes = [], NextToken}) => [
					Volumes.map(({VolumeId: id = '', Tags}) => ({id, tags: tagsOf(Tags)})),
					NextToken,
				]),
			),
		action: 'DeleteVolume',
		remove: async (ask, [VolumeId]) =>
			ask('DeleteVolume', async (client, {DeleteVolumeCommand}, options) =>
				client.send(new DeleteVolumeCommand({VolumeId}), options),
			),
	},
	snapshot: {
		read: async (ask, Values) =>
			allPages(async page =>
				ask('DescribeSnapshots', async (client, {DescribeSnapshotsCommand}, options) =>
					client.send(
						new DescribeSnapshotsCommand({OwnerIds: ['self'], Filters: [{Name: 'snapshot-id', Values}], ...page}),
						options,
					),
				).then(({Snapshots = [], NextToken}) => [
					Snapshots.map(({SnapshotId: id = '', Description: description = '', Tags}) => ({
						id,
						description,
						tags: tagsOf(Tags),
					})),
					NextToken,
				]),
			),
		action: 'DeleteSnapshot',
		remove: async (ask, [SnapshotId]) =>
			ask('DeleteSnapshot', async (client, {DeleteSnapshotCommand}, options) =>
				client.send(new DeleteSnapshotCommand({SnapshotId}), options),
			),
	},
	AMI: {
		read: async (ask, Values) =>
			allPages(async page =>
				ask('DescribeImages', async (client, {DescribeImagesCommand}, options) =>
					client.send(
						new DescribeImagesCommand({Owners: ['self'], Filters: [{Name: 'image-id', Values}], ...page}),
						options,
					),
				).then(({Images = [], NextToken}) => [
					Images.map(({ImageId: id = '', Name: name = '', Tags}) => ({id, name, tags: tagsOf(Tags)})),
					NextToken,
				]),
			),
		action: 'DeregisterImage',
		remove: async (ask, [ImageId]) =>
			ask('DeregisterImage', async (client, {DeregisterImageCommand}, options) =>
				client.send(new DeregisterImageCommand({ImageId}), options),
			),
	},
} as const satisfies Readonly<Record<string, Kind>>;

export type RemovableKind = keyof typeof removableKinds;
