import type {Ec2World, WorldImage} from './ec2-world.js';
import {mustStartOn} from './image-rules.js';
import {
	endInstance,
	type InstanceRules,
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
import {mustBeIds, unknownId} from './resource-ids.js';
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
	readonly httpTokens: string;
};

function check({compute, images}: Ec2World, query: Query): Wanted {
	const {rules, groups, keyPairs, instances} = compute;
	const imageId = query.needed('ImageId');
	mustBeIds('ami', [imageId]);
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

	query.needed('MinCount');
	query.needed('MaxCount');
	const [least = 0, most = 0] = [query.count('MinCount'), query.count('MaxCount')];
	if (least < 1 || most < least) {
		throw refuse('InvalidParameterValue', `Value (${least} to ${most}) for MinCount and MaxCount is invalid.`);
	}

	checkPlace(rules, query);
	const groupIds = groupsOf(compute, query);
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
	if (!spot) {
		query.mustTagOnly(['instance', 'volume', 'network-interface']);
	}

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

	return {
		type,
		spot,
		least,
		count: most,
		groupIds: groupIds.length > 0 ? groupIds : [[...groups.values()].find(({isDefault}) => isDefault)?.id ?? ''],
		keyName,
		publicKey: pair?.publicKey ?? '',
		...rootVolume(query, image),
		shutdownBehavior: shutdownBehavior(query, image, spot),
		httpTokens: metadataTokens(query),
	};
}

/** What is named besides the image: enumerations, subnet and instance profile. This account has no profile. */
function checkPlace({zones}: InstanceRules, query: Query): void {
	query.oneOf('Placement.Tenancy', ['default', 'dedicated', 'host']);
	const subnet = query.text('SubnetId');
	if (subnet !== undefined) {
		mustBeIds('subnet', [subnet]);
		if (!zones.some(zone => subnetOf(zones, zone) === subnet)) {
			throw unknownId('subnet', subnet);
		}

		if (query.list('SecurityGroup').length > 0) {
			throw refuse('InvalidParameterCombination', 'The parameter groupName cannot be used with the parameter subnet');
		}
	}

	const [arn, profile] = ['Arn', 'Name'].map(name => query.text(`IamInstanceProfile.${name}`));
	if (arn !== undefined && !/^arn:aws[\w-]*:iam::\d{12}:instance-profile\/.+/.test(arn)) {
		throw refuse('InvalidIamInstanceProfileArn.Malformed', `The ARN ${arn} is not valid`);
	}

	if (arn !== undefined || profile !== undefined) {
		throw refuse('InvalidParameterValue', `Value (${arn ?? profile}) for parameter iamInstanceProfile is invalid.`);
	}
}

/** Each zone has a default subnet. */
export const subnetOf = (zones: readonly string[], zone: string): string =>
	`subnet-${(zones.indexOf(zone) + 1).toString(16).padStart(17, '0')}`;

/** By id, or, in the default network, by name. */
function groupsOf({groups}: InstanceWorld, query: Query): readonly string[] {
	const ids = query.list('SecurityGroupId');
	mustBeIds('sg', ids);
	const named = query.list('SecurityGroup').map(name => {
		const group = [...groups.values()].find(one => one.name === name);
		if (!group) {
			throw refuse('InvalidGroup.NotFound', `The security group '${name}' does not exist`);
		}

		return group.id;
	});
	return [...ids, ...named];
}

/** @see EbsBlockDevice of the API reference: a volume is at least as large as its snapshot, and no type has every size. */
function rootVolume(query: Query, image: WorldImage): Pick<Wanted, 'volumeGib' | 'deleteOnTermination'> {
	let volume = {volumeGib: image.volumeGib, deleteOnTermination: image.deleteOnTermination};
	for (const n of query.indexes('BlockDeviceMapping')) {
		const ebs = `BlockDeviceMapping.${n}.Ebs`;
		const isRoot = query.needed(`BlockDeviceMapping.${n}.DeviceName`) === image.rootDeviceName;
		const type = query.oneOf(`${ebs}.VolumeType`, volumeTypes) ?? 'gp3';
		const gib = query.count(`${ebs}.VolumeSize`) ?? (isRoot ? image.volumeGib : undefined);
		if (gib === undefined && query.text(`${ebs}.SnapshotId`) === undefined) {
			throw refuse('MissingParameter', 'The request must contain the parameter size or snapshotId');
		}

		const [least, most] = volumeSizes[type];
		if (gib !== undefined && image.snapshotId !== '' && (gib < least || gib > most)) {
			throw refuse('InvalidParameterValue', `Volume of ${gib}GiB is invalid; ${type} has ${least} to ${most} GiB.`);
		}

		if (isRoot && gib !== undefined && gib < image.volumeGib) {
			throw refuse(
				'InvalidBlockDeviceMapping',
				`Volume of size ${gib}GB is smaller than snapshot '${image.snapshotId}', expect size >= ${image.volumeGib}GB`,
			);
		}

		volume = isRoot ? {volumeGib: gib ?? 0, deleteOnTermination: query.flag(`${ebs}.DeleteOnTermination`)} : volume;
	}

	return volume;
}

const volumeTypes = ['standard', 'gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1'] as const;
const volumeSizes: Readonly<Record<(typeof volumeTypes)[number], readonly [least: number, most: number]>> = {
	standard: [1, 1024],
	gp2: [1, 16_384],
	gp3: [1, 65_536],
	io1: [4, 16_384],
	io2: [4, 65_536],
	st1: [125, 16_384],
	sc1: [125, 16_384],
};

function metadataTokens(query: Query): string {
	query.oneOf('MetadataOptions.HttpEndpoint', ['enabled', 'disabled']);
	return query.oneOf('MetadataOptions.HttpTokens', ['optional', 'required']) ?? 'optional';
}

/** Only what has its disk in EBS can stop, and a spot instance that is asked for once cannot. */
function shutdownBehavior(query: Query, {snapshotId}: WorldImage, spot: boolean): string {
	const canStop = snapshotId !== '' && !spot;
	const behaviors = ['stop', 'terminate'] as const;
	const asked = query.oneOf('InstanceInitiatedShutdownBehavior', behaviors) ?? (canStop ? 'stop' : 'terminate');
	if (asked === 'stop' && !canStop) {
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

	query.oneOf('InstanceMarketOptions.MarketType', ['spot']);
	const spot = 'InstanceMarketOptions.SpotOptions';
	const kind = query.oneOf(`${spot}.SpotInstanceType`, ['one-time', 'persistent']) ?? 'one-time';
	const ends = ['hibernate', 'stop', 'terminate'] as const;
	const end = query.oneOf(`${spot}.InstanceInterruptionBehavior`, ends) ?? 'terminate';
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
	const subnet = query.text('SubnetId');
	const ofSubnet = rules.zones.find(one => subnetOf(rules.zones, one) === subnet);
	const asked = query.text('Placement.AvailabilityZone') ?? ofSubnet;
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
		tags: query.tags('instance'),
		volumeTags: query.tags('volume'),
		boot: {
			number,
			imageId: query.needed('ImageId'),
			userData: Buffer.from(query.text('UserData') ?? '', 'base64').toString(),
			publicKey,
		},
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
