/** What we use of the SDK for EBS direct; a module of its own for the reason given in `ec2-sdk.ts`. */
export {
	CompleteSnapshotCommand,
	EBSClient,
	GetSnapshotBlockCommand,
	ListSnapshotBlocksCommand,
	PutSnapshotBlockCommand,
	StartSnapshotCommand,
} from '@aws-sdk/client-ebs';
