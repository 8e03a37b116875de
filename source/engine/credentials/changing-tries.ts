import type {EC2Client} from '@aws-sdk/client-ec2';
import type {Ec2Sdk, SendOptions} from '../cloud/ec2/aws-calls.js';
import {noInstance, startNothing} from '../cloud/ec2/start-instances.js';
import type {RightTry, Trial} from './needed-rights.js';

/** No such things exist; that they are looked for at all tells that the right is there. */
const none = {
	image: 'ami-00000000000000000',
	instance: noInstance,
	group: 'sg-00000000000000000',
	snapshot: 'snap-00000000000000000',
} as const;

const name = 'd2cm-dry-run';

/** Of nobody. */
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f d2cm-dry-run';

type Send = (client: EC2Client, sdk: Ec2Sdk, options: SendOptions, trial: Trial) => Promise<unknown>;

const ec2Try = (action: string, purpose: string, send: Send): RightTry => ({
	right: `ec2:${action}`,
	for: purpose,
	ask: async trial =>
		trial.calls.ec2(action, async (client, sdk, options) => send(client, sdk, options, trial), trial.signal),
});

const starting = 'starting instances';
const ending = 'ending instances, which would go on costing money';
const tidying = 'tidying up after a deployment';
const registering = 'registering AMIs';
const deletingAmis = 'deleting AMIs';

/** Requests that would change something, sent as dry runs, or about things that do not exist. */
export const changingTries: Readonly<Record<'ec2' | 'ebsDirect' | 'importing', readonly RightTry[]>> = {
	ec2: [
		ec2Try('RunInstances', starting, async (client, sdk, options, {imageId}) =>
			client.send(
				new sdk.RunInstancesCommand({
					DryRun: true,
					ImageId: imageId,
					MinCount: 1,
					MaxCount: 1,
					InstanceType: 't3.micro',
				}),
				options,
			),
		),
		ec2Try('CreateTags', 'telling what is ours, so that nothing leaks', async (client, sdk, options, {imageId}) =>
			client.send(
				new sdk.CreateTagsCommand({
					DryRun: true,
					Resources: [imageId],
					Tags: [{Key: 'd2cm:installation', Value: name}],
				}),
				options,
			),
		),
		ec2Try('ImportKeyPair', starting, async (client, sdk, options) =>
			client.send(
				new sdk.ImportKeyPairCommand({DryRun: true, KeyName: name, PublicKeyMaterial: Buffer.from(publicKey)}),
				options,
			),
		),
		ec2Try('CreateSecurityGroup', starting, async (client, sdk, options) =>
			client.send(new sdk.CreateSecurityGroupCommand({DryRun: true, GroupName: name, Description: name}), options),
		),
		ec2Try('AuthorizeSecurityGroupIngress', 'reaching instances', async (client, sdk, options) =>
			client.send(
				new sdk.AuthorizeSecurityGroupIngressCommand({
					DryRun: true,
					GroupId: none.group,
					IpPermissions: [{IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: '192.0.2.1/32'}]}],
				}),
				options,
			),
		),
		ec2Try('GetConsoleOutput', 'consoles of instances', async (client, sdk, options) =>
			client.send(new sdk.GetConsoleOutputCommand({DryRun: true, InstanceId: none.instance}), options),
		),
		ec2Try('StartInstances', 'going on with instances that have stopped', startNothing),
		ec2Try('StopInstances', 'stopping again what cannot be gone on with', async (client, sdk, options) =>
			client.send(new sdk.StopInstancesCommand({DryRun: true, InstanceIds: [none.instance]}), options),
		),
		ec2Try('TerminateInstances', ending, async (client, sdk, options) =>
			client.send(new sdk.TerminateInstancesCommand({DryRun: true, InstanceIds: [none.instance]}), options),
		),
		ec2Try('DeleteSecurityGroup', tidying, async (client, sdk, options) =>
			client.send(new sdk.DeleteSecurityGroupCommand({DryRun: true, GroupId: none.group}), options),
		),
		ec2Try('DeleteKeyPair', tidying, async (client, sdk, options) =>
			client.send(new sdk.DeleteKeyPairCommand({DryRun: true, KeyName: name}), options),
		),
		ec2Try('RegisterImage', registering, async (client, sdk, options) =>
			client.send(
				new sdk.RegisterImageCommand({
					DryRun: true,
					Name: name,
					Architecture: 'x86_64',
					VirtualizationType: 'hvm',
					RootDeviceName: '/dev/xvda',
					BlockDeviceMappings: [{DeviceName: '/dev/xvda', Ebs: {SnapshotId: none.snapshot}}],
				}),
				options,
			),
		),
		ec2Try('DeregisterImage', deletingAmis, async (client, sdk, options) =>
			client.send(new sdk.DeregisterImageCommand({DryRun: true, ImageId: none.image}), options),
		),
		ec2Try('DeleteSnapshot', deletingAmis, async (client, sdk, options) =>
			client.send(new sdk.DeleteSnapshotCommand({DryRun: true, SnapshotId: none.snapshot}), options),
		),
	],
	ebsDirect: [
		// There is no dry run of these: what the one begins is there, and the other sends half a mebibyte.
		{right: 'ebs:StartSnapshot', for: 'migrating by EBS direct'},
		{right: 'ebs:PutSnapshotBlock', for: 'migrating by EBS direct'},
		{
			right: 'ebs:CompleteSnapshot',
			for: 'migrating by EBS direct',
			ask: async ({calls, signal}) =>
				calls.ebs(
					'CompleteSnapshot',
					async (client, sdk, options) =>
						client.send(new sdk.CompleteSnapshotCommand({SnapshotId: none.snapshot, ChangedBlocksCount: 0}), options),
					signal,
				),
		},
		{
			right: 'ebs:ListSnapshotBlocks',
			for: 'resuming EBS direct',
			ask: async ({calls, signal}) =>
				calls.ebs(
					'ListSnapshotBlocks',
					async (client, sdk, options) =>
						client.send(new sdk.ListSnapshotBlocksCommand({SnapshotId: none.snapshot}), options),
					signal,
				),
		},
	],
	importing: [
		ec2Try('ImportSnapshot', 'migrating by S3 and ImportSnapshot', async (client, sdk, options) =>
			client.send(
				new sdk.ImportSnapshotCommand({
					DryRun: true,
					DiskContainer: {Format: 'RAW', UserBucket: {S3Bucket: name, S3Key: name}},
				}),
				options,
			),
		),
	],
};
