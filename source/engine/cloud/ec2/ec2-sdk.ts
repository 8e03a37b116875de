/**
What we use of the SDK. Imported lazily by way of this module, since in a bundle a CommonJS package that is itself imported
lazily has no named exports.
*/
export {
	DeleteSnapshotCommand,
	DeregisterImageCommand,
	DescribeImageAttributeCommand,
	DescribeImagesCommand,
	DescribeImportSnapshotTasksCommand,
	DescribeSnapshotsCommand,
	EC2Client,
	ImportSnapshotCommand,
	ModifyImageAttributeCommand,
	RegisterImageCommand,
} from '@aws-sdk/client-ec2';
