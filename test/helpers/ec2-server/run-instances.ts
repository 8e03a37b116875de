import type {Ec2World, WorldImage} from './ec2-world.js';
import {mustStartOn} from './image-rules.js';
import {
	endInstance,
	type InstanceWorld,
	isSeen,
	newWorldId,
	refuse,
	spotUsdIn,
	stateOf,
	type WorldInstance,
	type WorldInstanceType,
} from './instance-world.js';
import {reservationXml} from './instance-xml.js';
import type {Query} from './query.js';
import type {XmlTree} from './xml.js';

/**
RunInstances by Amazon's rules: what a token stands for is known at once and for ever, whatever questions see, but in each zone
that is asked for by itself, and in the region where none is; a request that finds no room has used its token up for other words;
limits come before capacity.
*/
export function runInstances(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const token = query.text('ClientToken') ?? '';
	if (!/^[ -~]{0,64}$/.test(token)) {
		throw refuse('InvalidParameterValue', 'ClientToken must be at most 64 ASCII characters');
	}

	const parameters = query.without('ClientToken', 'DryRun');
	const scoped = `${query.text('Placement.AvailabilityZone') ?? ''} ${token}`;
	const known = compute.tokens.get(scoped);
	if (known && token !== '') {
		if (known.parameters !== parameters) {
			throw refuse('IdempotentParameterMismatch', 'Arguments on this idempotent request are inconsistent');
		}

		if (known.reservationId !== undefined) {
			return reservationXml(world, known.reservationId);
		}
	}

	const wanted = check(world, query);
	if (query.flag('DryRun')) {
		throw refuse('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
	}

	if (token !== '') {
		compute.tokens.set(scoped, {parameters});
	}

	const {zone, count} = chooseZone(compute, query, wanted);
	const spotUsd = wanted.spot ? spotUsdIn(compute.rules, wanted.type, zone) : undefined;
	const reservationId = newWorldId(world, 'r');
	if (token !== '') {
		compute.tokens.set(scoped, {parameters, reservationId});
	}

	for (let launchIndex = 0; launchIndex < count; launchIndex++) {
		launch(world, query, {...wanted, zone, spotUsd, token, reservationId, launchIndex});
	}

	return reservationXml(world, reservationId);
}

type Wanted = {
	readonly type: WorldInstanceType;
	readonly spot: boolean;
	readonly least: number;
	readonly count: number;
	readonly groupIds: readonly string[];
	readonly keyName: string | undefined;
	readonly publicKey: string;
	readonly volumeGib: number;
	readonly deleteOnTermination: boolean;
	readonly shutdownBehavior: string;
};

function check({compute, images}: Ec2World, query: Query): Wanted {
	const {rules, groups, keyPairs, instances} = compute;
	const imageId = query.needed('ImageId');
	if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(imageId)) {
		throw refuse('InvalidAMIID.Malformed', `Invalid id: "${imageId}"`);
	}

	const image = images.get(imageId);
	if (!image) {
		throw refuse('InvalidAMIID.NotFound', `The image id '[${imageId}]' does not exist`);
	}

	const typeName = query.needed('InstanceType');
	const type = rules.types.find(({name}) => name === typeName);
	if (!type) {
		throw refuse('InvalidParameterValue', `Invalid value '${typeName}' for InstanceType.`);
	}

	mustStartOn(type, image);

	const [least, most] = [Number(query.needed('MinCount')), Number(query.needed('MaxCount'))];
	if (!(least >= 1 && most >= least)) {
		throw refuse('InvalidParameterCombination', 'MinCount may not exceed MaxCount');
	}

	const groupIds = query.list('SecurityGroupId');
	const missing = groupIds.find(id => !isSeen(compute, groups.get(id)?.madeAt ?? Number.POSITIVE_INFINITY));
	if (missing !== undefined) {
		throw refuse('InvalidGroup.NotFound', `The security group '${missing}' does not exist`);
	}

	const keyName = query.text('KeyName');
	const pair = keyName === undefined ? undefined : keyPairs.get(keyName);
	if (keyName !== undefined && !(pair && isSeen(compute, pair.madeAt))) {
		throw refuse('InvalidKeyPair.NotFound', `The key pair '${keyName}' does not exist`);
	}

	if (Buffer.from(query.text('UserData') ?? '', 'base64').length > 16 * 1024) {
		throw refuse('InvalidParameterValue', 'User data is limited to 16384 bytes');
	}

	const spot = isSpot(query, type);
	const used = [...instances.values()]
		.filter(one => ['pending', 'running'].includes(stateOf(compute, one)))
		.filter(one => (one.spotUsd !== undefined) === spot)
		.reduce((sum, one) => sum + one.type.vcpus, 0);
	if (spot && used + most * type.vcpus > rules.mostSpotVcpus) {
		throw refuse('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
	}

	if (!spot && used + most * type.vcpus > rules.mostVcpus) {
		throw refuse(
			'VcpuLimitExceeded',
			`You have requested more vCPU capacity than your current vCPU limit of ${rules.mostVcpus} allows for the instance bucket that the specified instance type belongs to.`,
		);
	}

	const mapping = query
		.indexes('BlockDeviceMapping')
		.find(n => query.text(`BlockDeviceMapping.${n}.DeviceName`) === image.rootDeviceName);
	return {
		type,
		spot,
		least,
		count: most,
		groupIds: groupIds.length > 0 ? groupIds : [[...groups.values()].find(({isDefault}) => isDefault)?.id ?? ''],
		keyName,
		publicKey: pair?.publicKey ?? '',
		volumeGib: image.volumeGib,
		shutdownBehavior: shutdownBehavior(query, image, spot),
		deleteOnTermination:
			mapping === undefined
				? image.deleteOnTermination
				: query.flag(`BlockDeviceMapping.${mapping}.Ebs.DeleteOnTermination`),
	};
}

/** Only what has its disk in EBS can stop, and a spot instance that is asked for once cannot. */
function shutdownBehavior(query: Query, {snapshotId}: WorldImage, spot: boolean): string {
	const canStop = snapshotId !== '' && !spot;
	const asked = query.text('InstanceInitiatedShutdownBehavior') ?? (canStop ? 'stop' : 'terminate');
	if (!['stop', 'terminate'].includes(asked) || (asked === 'stop' && !canStop)) {
		throw refuse('InvalidParameterCombination', `Such an instance cannot ${asked} when it is shut down.`);
	}

	return asked;
}

/** A spot instance that is asked for once and ends for good is all that is understood here. */
function isSpot(query: Query, type: WorldInstanceType): boolean {
	const option = (name: string) => query.text(`InstanceMarketOptions.${name}`);
	if (option('MarketType') === undefined) {
		return false;
	}

	if (option('MarketType') !== 'spot') {
		throw refuse('InvalidParameterValue', `Invalid market type: ${option('MarketType')}`);
	}

	const [kind = 'one-time', end = 'terminate'] = [
		option('SpotOptions.SpotInstanceType'),
		option('SpotOptions.InstanceInterruptionBehavior'),
	];
	if (kind === 'one-time' && end !== 'terminate') {
		throw refuse('InvalidParameterCombination', `A one-time request cannot ${end} its instances.`);
	}

	if (type.spotUsd === undefined) {
		throw refuse('Unsupported', `There are no spot instances of ${type.name}.`);
	}

	const most = mostOf(query);
	if (!(most > 0.001)) {
		throw refuse('InvalidParameterValue', `Invalid value '${most}' for maxPrice.`);
	}

	if (most < Math.min(...type.spotUsd)) {
		throw tooLow(most);
	}

	return true;
}

const mostOf = (query: Query) =>
	Number(query.text('InstanceMarketOptions.SpotOptions.MaxPrice') ?? Number.POSITIVE_INFINITY);

const tooLow = (most: number) =>
	refuse('SpotMaxPriceTooLow', `Your Spot request price of ${most} is lower than the minimum required.`);

/** The zone asked for, or the first that has room for the least, and how many of those wanted there is room for. */
function chooseZone(
	{rules}: InstanceWorld,
	query: Query,
	{type, least, count, spot}: Wanted,
): {readonly zone: string; readonly count: number} {
	const asked = query.text('Placement.AvailabilityZone');
	const rooms = spot ? rules.spotRoom : rules.room;
	if (asked !== undefined && !rules.zones.includes(asked)) {
		throw refuse('InvalidParameterValue', `Invalid availability zone: [${asked}]`);
	}

	const offering = rules.zones.filter(zone => !type.notIn?.includes(zone));
	if (asked !== undefined && !offering.includes(asked)) {
		throw refuse(
			'Unsupported',
			`Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${asked}).`,
		);
	}

	const most = mostOf(query);
	const priced = offering.filter(candidate => !spot || (spotUsdIn(rules, type, candidate) ?? 0) <= most);
	const isAsked = (candidate: string) => asked === undefined || candidate === asked;
	if (offering.some(isAsked) && !priced.some(isAsked)) {
		throw tooLow(most);
	}

	const zone = priced.filter(isAsked).find(candidate => (rooms.get(candidate) ?? count) >= least);
	if (zone === undefined) {
		throw refuse(
			'InsufficientInstanceCapacity',
			`We currently do not have sufficient ${type.name} capacity in the Availability Zone you requested (${asked ?? 'any'}).`,
			500,
		);
	}

	const room = rooms.get(zone);
	const given = Math.min(count, room ?? count);
	if (room !== undefined) {
		rooms.set(zone, room - given);
	}

	return {zone, count: given};
}

type Launch = Wanted & {
	readonly zone: string;
	readonly spotUsd: number | undefined;
	readonly token: string;
	readonly reservationId: string;
	readonly launchIndex: number;
};

function launch(
	world: Ec2World,
	query: Query,
	{count: _, least: __, spot: ___, publicKey, token, ...wanted}: Launch,
): void {
	const {compute} = world;
	const launchedAt = compute.rules.now();
	const number = compute.instances.size + 1;
	const instance: WorldInstance = {
		...wanted,
		id: newWorldId(world, 'i'),
		number,
		clientToken: token,
		imageId: query.needed('ImageId'),
		launchedAt,
		startedAt: launchedAt,
		httpTokens: query.text('MetadataOptions.HttpTokens') ?? 'optional',
		tags: query.tags('instance'),
		volumeTags: query.tags('volume'),
		boot: {number, userData: Buffer.from(query.text('UserData') ?? '', 'base64').toString(), publicKey},
		address: undefined,
		stop: undefined,
		ran: [],
		end: undefined,
	};
	compute.instances.set(instance.id, instance);
	const death = compute.rules.diesPending(instance.number);
	if (death !== undefined) {
		endInstance(compute, instance, death, 'The instance ended while it was pending');
		return;
	}

	switchOn(compute, instance);
}

export function switchOn({machines}: InstanceWorld, instance: WorldInstance): void {
	machines.start(instance.id, instance.boot).then(
		address => {
			instance.address = address;
		},
		// As an instance that never comes up; the test sees it wait.
		(error: unknown) => process.stderr.write(`${instance.id} does not start: ${error}\n`),
	);
}
