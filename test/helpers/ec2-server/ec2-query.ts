import type {Account} from './check-signature.js';
import {canBeTried, checkDryRun} from './dry-run.js';
import type {Ec2World} from './ec2-world.js';
import {
	authorizeIngress,
	createSecurityGroup,
	deleteSecurityGroup,
	describeSecurityGroups,
	revokeIngress,
} from './group-actions.js';
import {
	deregisterImage,
	describeImageAttribute,
	describeImages,
	modifyImageAttribute,
	registerImage,
} from './image-actions.js';
import {cancelImportTask, describeImportSnapshotTasks, type ImportRules, importSnapshot} from './import-actions.js';
import {
	describeInstances,
	getConsoleOutput,
	startInstances,
	stopInstances,
	terminateInstances,
} from './instance-actions.js';
import {
	describeAvailabilityZones,
	describeInstanceTypeOfferings,
	describeInstanceTypes,
	describeSpotPriceHistory,
} from './instance-type-actions.js';
import {isSeen} from './instance-world.js';
import {deleteKeyPair, describeKeyPairs, importKeyPair} from './key-pair-actions.js';
import {mustBeFewTags, type Query} from './query.js';
import {kindOf, unknownId} from './resource-ids.js';
import {runInstances} from './run-instances.js';
import {ServiceError} from './service-error.js';
import {deleteSnapshot, describeSnapshots} from './snapshot-actions.js';
import {deleteVolume, describeAddresses, describeVolumes, releaseAddress} from './volume-actions.js';
import type {XmlTree} from './xml.js';

export type QueryOptions = {
	readonly unseen: number;
	readonly imports: ImportRules;
	/** Found at the ImageLocation of the request, if it has one. */
	readonly manifest?: string | undefined;
};

type Handler = (world: Ec2World, query: Query, options: QueryOptions) => XmlTree;

const handlers: Readonly<Record<string, Handler>> = {
	DescribeSnapshots: describeSnapshots,
	DeleteSnapshot: deleteSnapshot,
	RegisterImage: registerImage,
	DescribeImages: describeImages,
	DeregisterImage: deregisterImage,
	DescribeImageAttribute: describeImageAttribute,
	ModifyImageAttribute: modifyImageAttribute,
	ImportSnapshot: (world, query, {imports}) => importSnapshot(world, query, imports),
	DescribeImportSnapshotTasks: (world, query, {imports}) => describeImportSnapshotTasks(world, query, imports),
	CancelImportTask: cancelImportTask,
	CreateTags: createTags,
	DescribeVolumes: describeVolumes,
	DeleteVolume: deleteVolume,
	DescribeAddresses: describeAddresses,
	ReleaseAddress: releaseAddress,
	RunInstances: runInstances,
	DescribeInstances: describeInstances,
	TerminateInstances: terminateInstances,
	StartInstances: startInstances,
	StopInstances: stopInstances,
	GetConsoleOutput: getConsoleOutput,
	DescribeInstanceTypes: describeInstanceTypes,
	DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
	DescribeSpotPriceHistory: describeSpotPriceHistory,
	DescribeAvailabilityZones: describeAvailabilityZones,
	CreateSecurityGroup: createSecurityGroup,
	DescribeSecurityGroups: describeSecurityGroups,
	AuthorizeSecurityGroupIngress: authorizeIngress,
	RevokeSecurityGroupIngress: revokeIngress,
	DeleteSecurityGroup: deleteSecurityGroup,
	ImportKeyPair: importKeyPair,
	DescribeKeyPairs: describeKeyPairs,
	DeleteKeyPair: deleteKeyPair,
	DescribeRegions: () => ({
		regionInfo: ['us-east-1', 'us-west-1', 'eu-west-1'].map(regionName => ({
			regionName,
			regionEndpoint: `ec2.${regionName}.amazonaws.com`,
			optInStatus: 'opt-in-not-required',
		})),
	}),
};

/** What an action can tag in the moment it makes it, as its parameter TagSpecification says. */
const taggable: Readonly<Record<string, readonly string[]>> = {
	RunInstances: ['instance', 'volume', 'network-interface', 'spot-instances-request'],
	CreateSecurityGroup: ['security-group'],
	ImportKeyPair: ['key-pair'],
	ImportSnapshot: ['import-snapshot-task'],
	RegisterImage: ['image'],
};

/** Amazon's EC2 query API, as far as images and snapshots go. */
export function ec2Action(world: Ec2World, query: Query, account: Account, options: QueryOptions): XmlTree {
	const action = query.needed('Action');
	const handler = handlers[action];
	const isTried = query.flag('DryRun') && canBeTried(action);
	if ((!handler && !isTried) || query.text('Version') !== '2016-11-15') {
		throw new ServiceError(400, 'InvalidAction', `The action ${action} is not valid for this web service.`);
	}

	if (account.denied.has(action)) {
		throw new ServiceError(403, 'UnauthorizedOperation', 'You are not authorized to perform this operation.');
	}

	query.mustTagOnly(taggable[action] ?? []);
	// RunInstances looks at what was asked first.
	if (query.flag('DryRun') && action !== 'RunInstances') {
		checkDryRun(world, query, action);
		throw new ServiceError(412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
	}

	return handler?.(world, query, options) ?? {};
}

/** All or none. */
function createTags(world: Ec2World, query: Query): XmlTree {
	query.needed('ResourceId.1');
	query.needed('Tag.1.Key');
	const tags = query.tagPairs('Tag');
	const all = query.list('ResourceId').map(id => findTagged(world, id).tags);
	for (const had of all) {
		mustBeFewTags(new Set([...had.keys(), ...tags.keys()]).size);
	}

	for (const had of all) {
		for (const [key, value] of tags) {
			had.set(key, value);
		}
	}

	return {return: true};
}

/** What is not seen yet cannot be tagged either. */
function findTagged({snapshots, images, compute}: Ec2World, id: string): {readonly tags: Map<string, string>} {
	const kind = kindOf(id);
	if (kind === undefined) {
		throw new ServiceError(400, 'InvalidID', `The ID '${id}' is not valid`);
	}

	const instance = compute.instances.get(id);
	const group = compute.groups.get(id);
	const found =
		snapshots.get(id) ??
		images.get(id) ??
		(instance && isSeen(compute, instance.launchedAt) ? instance : undefined) ??
		(group && isSeen(compute, group.madeAt) ? group : undefined) ??
		[...compute.keyPairs.values()].find(pair => pair.id === id && isSeen(compute, pair.madeAt));
	if (!found) {
		throw unknownId(kind, id);
	}

	return found;
}
