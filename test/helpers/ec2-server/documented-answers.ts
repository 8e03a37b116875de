/** One call, and what Amazon documents of its answer. */
export type DocumentedCall = {
	readonly call: string;
	/** `{name}` stands for what an earlier answer gave. */
	readonly parameters: object;
	/** Codes that the document has for it, or what a JMESPath expression over the answer shows. */
	readonly answer: readonly string[] | {readonly shows: string; readonly is: unknown};
	/** Where that is written. */
	readonly source: Source;
	/** For later calls, by JMESPath. */
	readonly keeps?: Readonly<Record<string, string>>;
};

/** Pages of Amazon's documents; the API reference is AWSEC2/latest/APIReference, the user guide AWSEC2/latest/UserGuide. */
export const sources = {
	codes: 'API reference, "Error codes for the Amazon EC2 API" (errors-overview.html)',
	filtering: 'user guide, "List and filter using the CLI and API" (Using_Filtering.html)',
	tags: 'user guide, "Tag your Amazon EC2 resources", tag restrictions (Using_Tags.html)',
	keys: 'user guide, "Create a key pair for your Amazon EC2 instance" (create-key-pairs.html)',
	quotas: 'Amazon VPC user guide, "Amazon VPC quotas" (amazon-vpc-limits.html)',
	idempotency: 'developer guide, "Ensuring idempotency in Amazon EC2 API requests" (ec2-api-idempotency.html)',
	call: 'API reference, the page of the call itself',
	IpPermission: 'API reference, IpPermission',
	IpRange: 'API reference, IpRange',
	EbsBlockDevice: 'API reference, EbsBlockDevice',
	Tag: 'API reference, Tag',
	SpotMarketOptions: 'API reference, SpotMarketOptions',
	Placement: 'API reference, Placement',
	InstanceMetadataOptions: 'API reference, InstanceMetadataOptionsRequest',
} as const;

type Source = keyof typeof sources;

type Call = Omit<DocumentedCall, 'parameters' | 'answer'>;

const refused = (
	call: string,
	parameters: object,
	codes: string | readonly string[],
	source: Source = 'codes',
): DocumentedCall => ({call, parameters, answer: typeof codes === 'string' ? [codes] : codes, source});

const shown = (
	call: string,
	parameters: object,
	[shows, is]: readonly [shows: string, is: unknown],
	{source = 'call', ...more}: Partial<Call> = {},
): DocumentedCall => ({call, parameters, answer: {shows, is}, source, ...more});

// Each is well-formed, and there is nothing of that name.
const none = {
	image: 'ami-0ffffffffffffffff',
	instance: 'i-0ffffffffffffffff',
	group: 'sg-0ffffffffffffffff',
	snapshot: 'snap-0ffffffffffffffff',
	subnet: 'subnet-0ffffffffffffffff',
	volume: 'vol-0ffffffffffffffff',
} as const;

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFyLxYoXY1oPOKNvSbBFfzE0NFh0bIBOP0PzBNzXIAwt d2cm';
const many = <One>(count: number, one: (n: number) => One): readonly One[] =>
	Array.from({length: count}, (_, n) => one(n));
const tooMany = many(201, n => `value-${n}`);
const filters = (name: string, ...values: readonly string[]) => ({Filters: [{Name: name, Values: values}]});
const invalidValue = ['InvalidParameterValue'];
/** The page of codes has both of these for it. */
const invalidToken = ['InvalidNextToken', 'InvalidPaginationToken', 'InvalidParameterValue'];
const invalidMost = ['InvalidMaxResults', 'InvalidParameterValue'];
const invalidFilter = ['InvalidFilter', 'InvalidParameterValue'];
const invalidRule = ['InvalidPermission.Malformed', 'InvalidParameterValue'];

const keyPairs: readonly DocumentedCall[] = [
	shown('ImportKeyPair', {KeyName: 'one', PublicKeyMaterial: publicKey}, ['KeyName', 'one']),
	refused('ImportKeyPair', {KeyName: 'one', PublicKeyMaterial: publicKey}, 'InvalidKeyPair.Duplicate'),
	refused('ImportKeyPair', {KeyName: 'k'.repeat(256), PublicKeyMaterial: publicKey}, invalidValue, 'keys'),
	refused('ImportKeyPair', {KeyName: ' two', PublicKeyMaterial: publicKey}, invalidValue, 'keys'),
	refused('ImportKeyPair', {KeyName: 'schlüssel', PublicKeyMaterial: publicKey}, invalidValue, 'keys'),
	refused('ImportKeyPair', {PublicKeyMaterial: publicKey}, 'MissingParameter'),
	refused('ImportKeyPair', {KeyName: 'two', PublicKeyMaterial: 'no key'}, [
		'InvalidKey.Format',
		'InvalidKeyPair.Format',
	]),
	refused('ImportKeyPair', {KeyName: 'two', PublicKeyMaterial: 'ssh-ed25519 AAAA d2cm'}, [
		'InvalidKey.Format',
		'InvalidKeyPair.Format',
	]),
	refused(
		'ImportKeyPair',
		{
			KeyName: 'two',
			PublicKeyMaterial: publicKey,
			TagSpecifications: [{ResourceType: 'instance', Tags: [{Key: 'a', Value: 'b'}]}],
		},
		invalidValue,
		'call',
	),
	refused('DescribeKeyPairs', {KeyNames: ['nobody']}, 'InvalidKeyPair.NotFound'),
	shown('DescribeKeyPairs', filters('key-name', 'o*'), ['KeyPairs[].KeyName', ['one']], {source: 'filtering'}),
	shown('DescribeKeyPairs', filters('key-name', 'O*'), ['length(KeyPairs)', 0], {source: 'filtering'}),
	refused('DescribeKeyPairs', filters('colour', 'red'), invalidFilter),
];

const rule = (protocol: string, from: number, to: number, cidr: string) => ({
	GroupId: '{group}',
	IpPermissions: [{IpProtocol: protocol, FromPort: from, ToPort: to, IpRanges: [{CidrIp: cidr}]}],
});

const groups: readonly DocumentedCall[] = [
	shown('CreateSecurityGroup', {GroupName: 'lab', Description: 'of the lab'}, ['GroupId != null', true], {
		keeps: {group: 'GroupId'},
	}),
	shown('CreateSecurityGroup', {GroupName: 'lab-2', Description: 'of the lab'}, ['GroupId != null', true], {
		keeps: {other: 'GroupId'},
	}),
	refused('CreateSecurityGroup', {GroupName: 'lab', Description: 'again'}, 'InvalidGroup.Duplicate'),
	refused(
		'CreateSecurityGroup',
		{GroupName: 'LAB', Description: 'names are case-insensitive'},
		'InvalidGroup.Duplicate',
		'call',
	),
	refused('CreateSecurityGroup', {GroupName: 'default', Description: 'x'}, 'InvalidGroup.Reserved'),
	refused('CreateSecurityGroup', {GroupName: 'sg-lab', Description: 'x'}, invalidValue, 'call'),
	refused('CreateSecurityGroup', {GroupName: 'l'.repeat(256), Description: 'x'}, invalidValue, 'call'),
	refused('CreateSecurityGroup', {GroupName: 'third', Description: 'für uns'}, invalidValue, 'call'),
	refused('CreateSecurityGroup', {GroupName: 'third'}, 'MissingParameter'),
	refused('DescribeSecurityGroups', {GroupIds: [none.group]}, [
		'InvalidGroup.NotFound',
		'InvalidSecurityGroupID.NotFound',
	]),
	refused('DescribeSecurityGroups', {GroupIds: ['sg-lab']}, [
		'InvalidGroupId.Malformed',
		'InvalidSecurityGroupId.Malformed',
	]),
	refused('DescribeSecurityGroups', {MaxResults: 4}, invalidMost, 'call'),
	refused('DescribeSecurityGroups', {MaxResults: 1001}, invalidMost, 'call'),
	refused('DescribeSecurityGroups', {NextToken: 'nobody-gave-it'}, invalidToken),
	refused('DescribeSecurityGroups', filters('group-name', ...tooMany), 'FilterLimitExceeded', 'filtering'),
	refused(
		'DescribeSecurityGroups',
		{Filters: many(51, n => ({Name: `tag:t${n}`, Values: ['x']}))},
		'FilterLimitExceeded',
		'filtering',
	),
	refused('DescribeSecurityGroups', filters('colour', 'red'), invalidFilter),
	shown('DescribeSecurityGroups', filters('group-name', 'lab-?'), ['SecurityGroups[].GroupName', ['lab-2']], {
		source: 'filtering',
	}),
	shown('DescribeSecurityGroups', filters('group-name', 'lab\\*'), ['length(SecurityGroups)', 0], {
		source: 'filtering',
	}),
	shown('AuthorizeSecurityGroupIngress', rule('tcp', 22, 22, '10.0.0.0/24'), ['Return', true]),
	refused('AuthorizeSecurityGroupIngress', rule('tcp', 22, 22, '10.0.0.0/24'), 'InvalidPermission.Duplicate'),
	refused(
		'AuthorizeSecurityGroupIngress',
		rule('tcp', 22, 22, '10.0.0.7/24'),
		'InvalidPermission.Duplicate',
		'IpRange',
	),
	refused('AuthorizeSecurityGroupIngress', rule('tcp', 22, 22, '10.0.0.0/33'), invalidRule),
	refused('AuthorizeSecurityGroupIngress', rule('tcp', 22, 22, '10.0.0.256/32'), invalidRule),
	refused('AuthorizeSecurityGroupIngress', rule('tcp', 22, 22, '10.0.0.1'), invalidRule),
	refused('AuthorizeSecurityGroupIngress', rule('tcp', 22, 65_536, '10.0.1.0/24'), invalidRule, 'IpPermission'),
	refused('AuthorizeSecurityGroupIngress', rule('tcp', 80, 22, '10.0.1.0/24'), invalidRule, 'IpPermission'),
	refused('AuthorizeSecurityGroupIngress', rule('tpc', 22, 22, '10.0.1.0/24'), invalidRule, 'IpPermission'),
	refused(
		'AuthorizeSecurityGroupIngress',
		{GroupId: '{group}', IpPermissions: [{IpProtocol: 'tcp', IpRanges: [{CidrIp: '10.0.1.0/24'}]}]},
		['MissingParameter', ...invalidRule],
		'IpPermission',
	),
	refused(
		'AuthorizeSecurityGroupIngress',
		{GroupId: '{group}', IpPermissions: [{FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: '10.0.1.0/24'}]}]},
		['MissingParameter', ...invalidRule],
		'call',
	),
	refused(
		'AuthorizeSecurityGroupIngress',
		{GroupId: '{group}'},
		['MissingParameter', 'InvalidParameterCombination'],
		'call',
	),
	refused(
		'AuthorizeSecurityGroupIngress',
		{GroupId: '{group}', IpPermissions: [{IpProtocol: '-1', UserIdGroupPairs: [{GroupId: none.group}]}]},
		'InvalidGroup.NotFound',
	),
	refused(
		'AuthorizeSecurityGroupIngress',
		{...rule('tcp', 22, 22, '10.0.1.0/24'), GroupId: none.group},
		'InvalidGroup.NotFound',
	),
	refused(
		'AuthorizeSecurityGroupIngress',
		{
			GroupId: '{group}',
			IpPermissions: [
				{IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: many(61, n => ({CidrIp: `10.1.${n}.0/24`}))},
			],
		},
		'RulesPerSecurityGroupLimitExceeded',
		'quotas',
	),
	shown(
		'AuthorizeSecurityGroupIngress',
		{
			GroupId: '{group}',
			IpPermissions: [{IpProtocol: '-1', FromPort: 1, ToPort: 2, UserIdGroupPairs: [{GroupId: '{other}'}]}],
		},
		['Return', true],
		{source: 'IpPermission'},
	),
	shown(
		'DescribeSecurityGroups',
		{GroupIds: ['{group}']},
		["SecurityGroups[0].IpPermissions[?IpProtocol=='-1'].FromPort", []],
		{source: 'IpPermission'},
	),
	shown('RevokeSecurityGroupIngress', rule('tcp', 23, 23, '10.0.0.0/24'), ['length(UnknownIpPermissions)', 1]),
	refused('DeleteSecurityGroup', {GroupId: '{other}'}, ['DependencyViolation', 'InvalidGroup.InUse'], 'call'),
	refused('DeleteSecurityGroup', {GroupId: none.group}, 'InvalidGroup.NotFound'),
	refused('DeleteSecurityGroup', {GroupId: 'lab'}, 'InvalidGroupId.Malformed'),
];

const launch = (changes: object) => ({
	ImageId: '{image}',
	InstanceType: 'm5.large',
	MinCount: 1,
	MaxCount: 1,
	...changes,
});

const launchTagged = (...tags: readonly object[]) =>
	launch({TagSpecifications: [{ResourceType: 'instance', Tags: tags}]});

const disk = (ebs: object) => launch({BlockDeviceMappings: [{DeviceName: '/dev/xvda', Ebs: ebs}]});

const launches: readonly DocumentedCall[] = [
	refused('RunInstances', launch({ImageId: 'ami-worker'}), 'InvalidAMIID.Malformed'),
	refused('RunInstances', launch({ImageId: none.image}), 'InvalidAMIID.NotFound'),
	refused('RunInstances', launch({InstanceType: 'm5.enormous'}), invalidValue),
	refused('RunInstances', launch({MinCount: 2}), ['InvalidParameterValue', 'InvalidParameterCombination'], 'call'),
	refused('RunInstances', launch({MinCount: 0, MaxCount: 0}), invalidValue, 'call'),
	refused('RunInstances', {ImageId: '{image}', InstanceType: 'm5.large', MaxCount: 1}, 'MissingParameter', 'call'),
	refused('RunInstances', launch({SubnetId: none.subnet}), ['InvalidSubnetID.NotFound', 'InvalidSubnet']),
	refused('RunInstances', launch({SubnetId: 'the-lab'}), ['InvalidSubnetID.Malformed', 'InvalidSubnetID.NotFound']),
	refused('RunInstances', launch({SecurityGroupIds: [none.group]}), 'InvalidGroup.NotFound'),
	refused('RunInstances', launch({SecurityGroupIds: ['lab']}), [
		'InvalidGroupId.Malformed',
		'InvalidSecurityGroupId.Malformed',
	]),
	refused('RunInstances', launch({SecurityGroups: ['nobody']}), 'InvalidGroup.NotFound'),
	refused('RunInstances', launch({KeyName: 'nobody'}), 'InvalidKeyPair.NotFound'),
	refused('RunInstances', launch({IamInstanceProfile: {Name: 'nobody'}}), invalidValue),
	refused('RunInstances', launch({IamInstanceProfile: {Arn: 'nobody'}}), [
		'InvalidIamInstanceProfileArn.Malformed',
		...invalidValue,
	]),
	refused('RunInstances', launch({InstanceInitiatedShutdownBehavior: 'sleep'}), invalidValue, 'call'),
	refused('RunInstances', launch({Placement: {Tenancy: 'shared'}}), ['InvalidTenancy', ...invalidValue], 'Placement'),
	refused('RunInstances', launch({MetadataOptions: {HttpTokens: 'needed'}}), invalidValue, 'InstanceMetadataOptions'),
	refused('RunInstances', launch({InstanceMarketOptions: {MarketType: 'flea'}}), invalidValue, 'call'),
	refused(
		'RunInstances',
		launch({InstanceMarketOptions: {MarketType: 'spot', SpotOptions: {MaxPrice: '0.0005'}}}),
		invalidValue,
		'SpotMarketOptions',
	),
	refused('RunInstances', launch({Placement: {AvailabilityZone: 'us-east-1z'}}), [
		'InvalidZone.NotFound',
		'InvalidAvailabilityZone',
		...invalidValue,
	]),
	refused('RunInstances', disk({VolumeSize: 4}), 'InvalidBlockDeviceMapping', 'EbsBlockDevice'),
	refused('RunInstances', disk({VolumeSize: 8, VolumeType: 'gp9'}), invalidValue, 'EbsBlockDevice'),
	refused('RunInstances', disk({VolumeSize: 70_000, VolumeType: 'gp3'}), invalidValue, 'EbsBlockDevice'),
	refused('RunInstances', launch({ClientToken: 't'.repeat(65)}), ['InvalidClientToken', ...invalidValue], 'call'),
	refused('RunInstances', launchTagged({Key: 'aws:lab', Value: 'x'}), ['InvalidTagKey.Malformed', ...invalidValue]),
	refused(
		'RunInstances',
		launchTagged({Key: 'AWS:lab', Value: 'x'}),
		['InvalidTagKey.Malformed', ...invalidValue],
		'tags',
	),
	refused(
		'RunInstances',
		launchTagged({Key: 'k'.repeat(129), Value: 'x'}),
		['InvalidTagKey.Malformed', ...invalidValue],
		'tags',
	),
	refused('RunInstances', launchTagged({Key: 'k', Value: 'v'.repeat(257)}), invalidValue, 'Tag'),
	refused('RunInstances', launchTagged({Key: 'k', Value: '1'}, {Key: 'k', Value: '2'}), invalidValue, 'tags'),
	refused(
		'RunInstances',
		launchTagged(...many(51, n => ({Key: `k${n}`, Value: 'x'}))),
		['TagLimitExceeded', ...invalidValue],
		'tags',
	),
	refused(
		'RunInstances',
		launch({TagSpecifications: [{ResourceType: 'snapshot', Tags: [{Key: 'k', Value: 'v'}]}]}),
		invalidValue,
		'call',
	),
	refused('RunInstances', launch({DryRun: true}), 'DryRunOperation'),
	shown('DescribeInstances', {}, ['length(Reservations)', 0]),
];

const reserved = launch({
	MinCount: 3,
	MaxCount: 3,
	KeyName: 'one',
	SecurityGroupIds: ['{group}'],
	ClientToken: 'once',
	TagSpecifications: [{ResourceType: 'instance', Tags: [{Key: 'Role', Value: 'Slave'}]}],
});

/** Nothing else has this key: what a server lets through above does not count below. */
const ours = filters('key-name', 'one');

const instances: readonly DocumentedCall[] = [
	shown('RunInstances', reserved, ['length(Instances)', 3], {
		keeps: {reservation: 'ReservationId', first: 'Instances[0].InstanceId', second: 'Instances[1].InstanceId'},
	}),
	shown('RunInstances', reserved, ["ReservationId == '{reservation}'", true], {source: 'idempotency'}),
	refused('RunInstances', {...reserved, MaxCount: 4}, 'IdempotentParameterMismatch'),
	shown('RunInstances', launch({MinCount: 3, MaxCount: 3, KeyName: 'one'}), ['length(Instances)', 3]),
	shown('DescribeInstances', ours, ['sort(map(&length(Instances), Reservations))', [3, 3]]),
	refused('DescribeInstances', {InstanceIds: [none.instance]}, 'InvalidInstanceID.NotFound'),
	refused('DescribeInstances', {InstanceIds: ['i-lab']}, 'InvalidInstanceID.Malformed'),
	refused('DescribeInstances', {InstanceIds: [none.instance, 'i-lab']}, 'InvalidInstanceID.Malformed'),
	refused('DescribeInstances', {InstanceIds: ['{first}', none.instance]}, 'InvalidInstanceID.NotFound', 'call'),
	shown('DescribeInstances', filters('instance-id', none.instance), ['length(Reservations)', 0], {source: 'filtering'}),
	refused('DescribeInstances', {InstanceIds: ['{first}'], MaxResults: 5}, 'InvalidParameterCombination', 'call'),
	refused('DescribeInstances', {MaxResults: 4}, invalidMost),
	refused('DescribeInstances', {NextToken: 'nobody-gave-it'}, invalidToken),
	shown('DescribeInstances', {...ours, MaxResults: 5}, ['NextToken != null', true], {keeps: {next: 'NextToken'}}),
	shown('DescribeInstances', {...ours, MaxResults: 5, NextToken: '{next}'}, ['length(Reservations[].Instances[])', 1]),
	refused('DescribeVolumes', {NextToken: '{next}'}, invalidToken),
	refused('DescribeInstances', filters('instance-id', ...tooMany), 'FilterLimitExceeded', 'filtering'),
	refused('DescribeInstances', filters('instance-identity', 'x'), invalidFilter),
	shown('DescribeInstances', filters('tag:Role', 'S*e'), ['length(Reservations[].Instances[])', 3], {
		source: 'filtering',
	}),
	shown('DescribeInstances', filters('tag:Role', 'slave'), ['length(Reservations)', 0], {source: 'filtering'}),
	shown('DescribeInstances', filters('tag:role', 'Slave'), ['length(Reservations)', 0], {source: 'tags'}),
	shown('DescribeInstances', filters('tag-key', 'Ro*'), ['length(Reservations[].Instances[])', 3], {source: 'call'}),
	shown('CreateTags', {Resources: ['{first}'], Tags: [{Key: 'role', Value: 'x'}]}, ['@ != null', true]),
	shown('DescribeInstances', {InstanceIds: ['{first}']}, ['length(Reservations[0].Instances[0].Tags)', 2], {
		source: 'tags',
	}),
	refused(
		'CreateTags',
		{Resources: ['{first}'], Tags: many(49, n => ({Key: `k${n}`, Value: 'x'}))},
		['TagLimitExceeded'],
		'tags',
	),
	refused('CreateTags', {Resources: ['{first}'], Tags: [{Key: 'aws:x', Value: 'x'}]}, [
		'InvalidTagKey.Malformed',
		...invalidValue,
	]),
	refused('CreateTags', {Resources: ['{first}'], Tags: [{Key: '', Value: 'x'}]}, [
		'InvalidTagKey.Malformed',
		'MissingParameter',
	]),
	refused('CreateTags', {Resources: ['the-lab'], Tags: [{Key: 'k', Value: 'x'}]}, 'InvalidID'),
	refused('CreateTags', {Resources: [none.instance], Tags: [{Key: 'k', Value: 'x'}]}, [
		'InvalidInstanceID.NotFound',
		'InvalidID',
	]),
	refused('CreateTags', {Resources: [none.snapshot], Tags: [{Key: 'k', Value: 'x'}]}, [
		'InvalidSnapshot.NotFound',
		'InvalidID',
	]),
	refused('GetConsoleOutput', {InstanceId: none.instance}, 'InvalidInstanceID.NotFound'),
	refused('GetConsoleOutput', {InstanceId: 'lab'}, 'InvalidInstanceID.Malformed'),
	refused('StopInstances', {InstanceIds: [none.instance]}, 'InvalidInstanceID.NotFound'),
	refused('StartInstances', {InstanceIds: [none.instance]}, 'InvalidInstanceID.NotFound'),
	refused('StartInstances', {InstanceIds: []}, ['MissingParameter', 'InvalidParameterCombination']),
	refused('TerminateInstances', {InstanceIds: []}, ['MissingParameter', 'InvalidParameterCombination']),
	refused('TerminateInstances', {InstanceIds: ['i-lab']}, 'InvalidInstanceID.Malformed'),
	refused('TerminateInstances', {InstanceIds: ['{first}', none.instance]}, 'InvalidInstanceID.NotFound'),
	shown(
		'DescribeInstances',
		{Filters: [...ours.Filters, ...filters('instance-state-name', 'pending', 'running').Filters]},
		['length(Reservations[].Instances[])', 6],
	),
	refused('DeleteSecurityGroup', {GroupId: '{group}'}, ['DependencyViolation', 'InvalidGroup.InUse'], 'call'),
	shown('TerminateInstances', {InstanceIds: ['{first}']}, ['TerminatingInstances[].PreviousState.Name | length(@)', 1]),
	shown('TerminateInstances', {InstanceIds: ['{first}']}, ['length(TerminatingInstances)', 1]),
];

/** There are hundreds, which moto takes long to tell. */
const oneType = filters('instance-type', 'm5.large');

const others: readonly DocumentedCall[] = [
	refused('DescribeInstanceTypes', {InstanceTypes: ['m5.enormous']}, 'InvalidInstanceType'),
	refused('DescribeInstanceTypes', {...oneType, MaxResults: 101}, invalidMost, 'call'),
	refused('DescribeInstanceTypes', {...oneType, MaxResults: 4}, invalidMost, 'call'),
	refused('DescribeInstanceTypes', {...oneType, NextToken: 'nobody-gave-it'}, invalidToken),
	refused('DescribeInstanceTypeOfferings', {LocationType: 'planet'}, invalidValue, 'call'),
	refused(
		'DescribeSpotPriceHistory',
		{
			StartTime: '2026-01-01T00:00:00Z',
			EndTime: '2026-01-01T00:00:00Z',
			ProductDescriptions: ['Linux/UNIX'],
			InstanceTypes: ['m5.large'],
			NextToken: 'nobody-gave-it',
		},
		invalidToken,
	),
	refused('DescribeImages', {ImageIds: ['ami-worker']}, 'InvalidAMIID.Malformed'),
	refused('DescribeImages', {ImageIds: [none.image]}, 'InvalidAMIID.NotFound'),
	refused('DescribeImages', {Owners: ['self'], NextToken: 'nobody-gave-it', MaxResults: 5}, invalidToken),
	refused('DescribeImages', {Owners: ['self'], MaxResults: 4}, invalidMost),
	refused('DescribeImages', filters('image-colour', 'red'), invalidFilter),
	shown('DescribeImages', {Owners: ['self'], ...filters('name', 'work?r')}, ['length(Images)', 1], {
		source: 'filtering',
	}),
	refused('DeregisterImage', {ImageId: 'ami-worker'}, 'InvalidAMIID.Malformed'),
	refused('DeregisterImage', {ImageId: none.image}, ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable']),
	refused('DescribeImageAttribute', {ImageId: '{image}', Attribute: 'colour'}, invalidValue, 'call'),
	refused('DescribeSnapshots', {SnapshotIds: ['snap-lab']}, ['InvalidSnapshotID.Malformed', ...invalidValue]),
	refused('DescribeSnapshots', {SnapshotIds: [none.snapshot]}, 'InvalidSnapshot.NotFound'),
	refused('DescribeSnapshots', {OwnerIds: ['self'], MaxResults: 4}, invalidMost),
	refused('DescribeSnapshots', {OwnerIds: ['self'], MaxResults: 5, NextToken: 'nobody-gave-it'}, invalidToken),
	refused('DescribeSnapshots', {OwnerIds: ['self'], ...filters('colour', 'red')}, invalidFilter),
	refused('DeleteSnapshot', {SnapshotId: 'snap-lab'}, ['InvalidSnapshotID.Malformed', ...invalidValue]),
	refused('DeleteSnapshot', {SnapshotId: none.snapshot}, 'InvalidSnapshot.NotFound'),
	refused('DescribeVolumes', {VolumeIds: ['vol-lab']}, ['InvalidVolumeID.Malformed', ...invalidValue]),
	refused('DescribeVolumes', {VolumeIds: [none.volume]}, 'InvalidVolume.NotFound'),
	refused('DescribeVolumes', {MaxResults: 4}, invalidMost),
	refused('DeleteVolume', {VolumeId: 'vol-lab'}, ['InvalidVolumeID.Malformed', ...invalidValue]),
	refused('DeleteVolume', {VolumeId: none.volume}, 'InvalidVolume.NotFound'),
	refused('ReleaseAddress', {AllocationId: 'eipalloc-0ffffffffffffffff'}, [
		'InvalidAllocationID.NotFound',
		'InvalidAddressID.NotFound',
	]),
];

/** In this order: later ones build on what earlier ones made. */
export const documentedCalls: readonly DocumentedCall[] = [
	...keyPairs,
	...groups,
	...launches,
	...instances,
	...others,
];
