import type {Ec2World} from './ec2-world.js';
import type {Query} from './query.js';
import {ServiceError} from './service-error.js';

/** What a request must hold before rights are all that is left to look at. */
const needed: Readonly<Record<string, readonly string[]>> = {
	AuthorizeSecurityGroupIngress: ['GroupId'],
	CreateSecurityGroup: ['GroupName', 'GroupDescription'],
	DeleteKeyPair: ['KeyName'],
	DeleteSecurityGroup: ['GroupId'],
	DeleteSnapshot: ['SnapshotId'],
	DeregisterImage: ['ImageId'],
	DescribeInstances: [],
	DescribeInstanceTypes: [],
	DescribeSecurityGroups: [],
	GetConsoleOutput: ['InstanceId'],
	ImportKeyPair: ['KeyName', 'PublicKeyMaterial'],
	RegisterImage: ['Name', 'RootDeviceName'],
	RunInstances: ['ImageId', 'MinCount', 'MaxCount'],
	StartInstances: ['InstanceId.1'],
	StopInstances: ['InstanceId.1'],
	TerminateInstances: ['InstanceId.1'],
};

export const canBeTried = (action: string): boolean => action in needed;

/** A dry run also fails where the request itself would: what it lacks, and what it names that does not exist. */
export function checkDryRun({images, snapshots}: Ec2World, query: Query, action: string): void {
	for (const name of needed[action] ?? []) {
		query.needed(name);
	}

	const [image, snapshot, group] = ['ImageId', 'SnapshotId', 'GroupId'].map(name => query.text(name));
	const instance = query.text('InstanceId.1') ?? query.text('InstanceId');
	if (image !== undefined && !images.has(image)) {
		throw new ServiceError(400, 'InvalidAMIID.NotFound', `The image id '[${image}]' does not exist`);
	}

	if (snapshot !== undefined && !snapshots.has(snapshot)) {
		throw new ServiceError(400, 'InvalidSnapshot.NotFound', `The snapshot '${snapshot}' does not exist.`);
	}

	if (group?.endsWith('0000000000')) {
		throw new ServiceError(400, 'InvalidGroup.NotFound', `The security group '${group}' does not exist`);
	}

	if (instance?.endsWith('0000000000')) {
		throw new ServiceError(400, 'InvalidInstanceID.NotFound', `The instance ID '${instance}' does not exist`);
	}
}
