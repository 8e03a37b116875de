import type {Image, RunInstancesCommandInput} from '@aws-sdk/client-ec2';
import {CapacityError} from '../capacity-error.js';
import {type Instance, type ReserveRequest, tagNames} from '../cloud.js';
import {IdempotentParameterMismatchError} from '../idempotent-parameter-mismatch-error.js';
import {UnknownImageError} from '../unknown-image-error.js';
import {zonesOffering} from './availability-zones.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {findImage, listImages, unknownImage} from './ec2-image.js';
import {CloudQuotaError} from './errors/cloud-quota-error.js';
import {NotAllowedError} from './errors/not-allowed-error.js';
import {instanceOf} from './instance-of.js';
import {findInstanceType} from './instance-types.js';
import {marketOptions} from './market-options.js';
import {onceSeen} from './once-seen.js';
import {ownerTags, tagList, tagOnCreate} from './owner-tags.js';
import {refusal} from './refusal.js';
import {waitForGroup} from './security-group.js';
import {mustBeShaped} from './shapes.js';
import {priceTooLow, spotTooDear} from './spot-too-dear.js';

/** What another zone may have room for. */
const full = [
	'InsufficientInstanceCapacity',
	'InsufficientHostCapacity',
	'InsufficientCapacity',
	'InsufficientFreeAddressesInSubnet',
	'Unsupported',
	priceTooLow,
];
/** Spot instances have limits and a role of their own. */
const spotLimit = 'MaxSpotInstanceCountExceeded';
const spotRole = 'AuthFailure.ServiceLinkedRoleCreationNotPermitted';
const mismatch = 'IdempotentParameterMismatch';
const unseen = ['InvalidGroup.NotFound', 'InvalidKeyPair.NotFound'];

/**
Starts all instances of a role or none, in the zone the cloud chooses or, where that is full, in the first that has room. Amazon
knows a token in each zone by itself: what was reserved in one, by a process that died before it knew, is reserved once more in
another. So each is told of before, and the last one is asked first: all before it have refused.

@throws {CapacityError | IdempotentParameterMismatchError | UnknownImageError | UnknownInstanceTypeError}
*/
export async function reserveInstances(context: Ec2Context, request: ReserveRequest): Promise<readonly Instance[]> {
	const image = await imageOf(context, request.imageId);
	const {GroupId} = await waitForGroup(context, request.owner);
	const input = reservation(context, request, image, GroupId);
	const refusals: Error[] = [];
	let last = request.lastZone;
	for await (const zone of zonesInTurn(context, request)) {
		if (zone !== last) {
			await request.onZone?.(zone);
			last = zone;
		}

		try {
			return await run(context, request, zone === undefined ? input : {...input, Placement: {AvailabilityZone: zone}});
		} catch (error) {
			if (!hasCode(error, ...full)) {
				throw await told(context, request, error);
			}

			refusals.push(error);
		}
	}

	throw noRoom(context, request, refusals);
}

async function* zonesInTurn(
	context: Ec2Context,
	{instanceType, lastZone}: ReserveRequest,
): AsyncGenerator<string | undefined> {
	if (lastZone !== undefined) {
		yield lastZone;
	}

	yield undefined;
	yield* await zonesOffering(context, instanceType).catch((error: unknown) => {
		// Clouds other than Amazon may know no such question; then there is the one zone it chose.
		if (hasCode(error, 'InvalidAction', 'UnsupportedOperation')) {
			return [];
		}

		throw error;
	});
}

async function run(
	context: Ec2Context,
	{role, owner}: ReserveRequest,
	input: RunInstancesCommandInput,
): Promise<readonly Instance[]> {
	const {ask, traits, sshPort} = context;
	const {Instances = []} = await onceSeen(context, unseen, async () =>
		ask('RunInstances', async (client, {RunInstancesCommand}, options) =>
			client.send(new RunInstancesCommand(input), options),
		),
	);
	for (const {InstanceId = ''} of Instances) {
		mustBeShaped('instance', InstanceId);
	}

	const instances = Instances.flatMap(one => instanceOf(one, sshPort) ?? []);
	if (traits.tagOnCreate) {
		return instances;
	}

	// Should we die before: by their group they are found all the same, and with the same token tagged.
	const tags = roleTags(owner, role);
	await onceSeen(context, ['InvalidInstanceID.NotFound'], async () =>
		ask('CreateTags', async (client, {CreateTagsCommand}, options) =>
			client.send(new CreateTagsCommand({Resources: instances.map(({id}) => id), Tags: tagList(tags)}), options),
		),
	);
	return instances.map(instance => ({...instance, tags: {...instance.tags, ...tags}}));
}

const roleTags = (owner: ReserveRequest['owner'], role: string) => ({...ownerTags(owner), [tagNames.role]: role});

/** The same for the same request, always: the cloud compares. */
function reservation(
	{traits}: Ec2Context,
	{
		clientToken,
		owner,
		role,
		imageId,
		instanceType,
		count,
		spot = false,
		spotMaxUsd,
		stops = false,
		userData,
	}: ReserveRequest,
	{BlockDeviceMappings = []}: Image,
	groupId: string,
): RunInstancesCommandInput {
	const disks = BlockDeviceMappings.filter(({DeviceName, Ebs}) => DeviceName && Ebs);
	return {
		ClientToken: clientToken,
		ImageId: imageId,
		InstanceType: instanceType as RunInstancesCommandInput['InstanceType'] & string,
		// All or none.
		MinCount: count,
		MaxCount: count,
		KeyName: owner.launchKey,
		SecurityGroupIds: [groupId],
		UserData: Buffer.from(userData).toString('base64'),
		InstanceInitiatedShutdownBehavior: stops ? 'stop' : 'terminate',
		...(disks.length > 0 && {
			BlockDeviceMappings: disks.map(({DeviceName, Ebs}) => ({
				DeviceName,
				Ebs: {DeleteOnTermination: true, ...(Ebs?.VolumeSize && {VolumeSize: Ebs.VolumeSize})},
			})),
		}),
		...(traits.imds && {MetadataOptions: {HttpTokens: 'required', HttpEndpoint: 'enabled'}}),
		...marketOptions({spot, ...(spotMaxUsd !== undefined && {spotMaxUsd})}),
		...tagOnCreate(
			traits,
			['instance', 'volume', ...(spot ? (['spot-instances-request'] as const) : [])],
			roleTags(owner, role),
		),
	};
}

async function imageOf(context: Ec2Context, imageId: string): Promise<Image> {
	const image = await findImage(context, imageId);
	if (!image) {
		throw await unknown(context, imageId);
	}

	return image;
}

async function unknown(context: Ec2Context, imageId: string, cause?: unknown): Promise<UnknownImageError> {
	const known = (await listImages(context)).map(({id}) => id);
	return new UnknownImageError(imageId, context.name, known, {cause});
}

/** What a refusal means to the user. */
async function told(context: Ec2Context, request: ReserveRequest, error: unknown): Promise<unknown> {
	if (hasCode(error, spotRole)) {
		return new NotAllowedError('iam:CreateServiceLinkedRole', {cause: error});
	}

	if (hasCode(error, mismatch)) {
		return new IdempotentParameterMismatchError(request.clientToken, {cause: error});
	}

	if (error instanceof CloudQuotaError || hasCode(error, spotLimit)) {
		return overLimit(context, request, error);
	}

	if (hasCode(error, ...unknownImage)) {
		return unknown(context, request.imageId, error);
	}

	if (hasCode(error, 'InvalidParameterValue', 'InvalidInstanceType', 'InvalidInstanceType.NotFound')) {
		return findInstanceType(context, request.instanceType).then(
			() => refusal(error) ?? error,
			(reason: unknown) => reason,
		);
	}

	// What it asks will not do; also where it was had, and has ended since. Asked again meanwhile, the other roles would only cost.
	return refusal(error) ?? error;
}

async function overLimit(context: Ec2Context, request: ReserveRequest, error: Error): Promise<CapacityError> {
	const {count, instanceType, spot = false} = request;
	const {vcpus} = await findInstanceType(context, instanceType);
	const answer = error instanceof CloudQuotaError ? error.cause : error;
	const words = answer instanceof Error ? ` (${answer.message})` : '';
	return new CapacityError(
		`${count} x ${instanceType} with ${vcpus * count} vCPUs are more than a limit of the account${spot ? ' for spot instances' : ''} allows now${words}`,
		`Choose fewer or smaller instances, or ask for a higher limit${spot ? '; spot instances have one of their own' : ''}.`,
		{cause: error, reason: 'limit'},
	);
}

function noRoom({name}: Ec2Context, request: ReserveRequest, refusals: readonly Error[]): CapacityError {
	const {count, instanceType, spot = false} = request;
	const zones = Math.max(1, refusals.length - (request.lastZone === undefined ? 1 : 2));
	const cause = refusals.at(-1);
	if (refusals.every(error => hasCode(error, priceTooLow))) {
		return spotTooDear(name, request, {zones, cause});
	}

	return new CapacityError(
		`The cloud ${name} has no room for ${count} x ${instanceType}${spot ? ' as spot instances' : ''} now, in none of ${zones} zone(s).`,
		`Try again later, or choose another instance type${spot ? ', or do without spot instances' : ''}.`,
		{cause},
	);
}
