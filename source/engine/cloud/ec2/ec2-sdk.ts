/**
What we use of the SDK. Imported lazily by way of this module, since in a bundle a CommonJS package that is itself imported
lazily has no named exports.
*/
export {
	AuthorizeSecurityGroupIngressCommand,
	CancelImportTaskCommand,
	CreateSecurityGroupCommand,
	CreateTagsCommand,
	DeleteKeyPairCommand,
	DeleteSecurityGroupCommand,
	DeleteSnapshotCommand,
	DeregisterImageCommand,
	DescribeAvailabilityZonesCommand,
	DescribeImageAttributeCommand,
	DescribeImagesCommand,
	DescribeImportSnapshotTasksCommand,
	DescribeInstancesCommand,
	DescribeInstanceTypeOfferingsCommand,
	DescribeInstanceTypesCommand,
	DescribeKeyPairsCommand,
	DescribeRegionsCommand,
	DescribeSecurityGroupsCommand,
	DescribeSnapshotsCommand,
	EC2Client,
	GetConsoleOutputCommand,
	ImportKeyPairCommand,
	ImportSnapshotCommand,
	ModifyImageAttributeCommand,
	RegisterImageCommand,
	RevokeSecurityGroupIngressCommand,
	RunInstancesCommand,
	TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
