import {createInstanceWorld, type InstanceWorld, usualRules} from './instance-world.js';
import {amazonKernels, type WorldKernel} from './kernel-images.js';
import {paperMachines} from './machines.js';

/** What one account has in one region, in memory. */
export type Ec2World = {
	readonly ownerId: string;
	readonly snapshots: Map<string, WorldSnapshot>;
	readonly images: Map<string, WorldImage>;
	readonly importTasks: Map<string, WorldImportTask>;
	/** StartSnapshot's client tokens, with the parameters they stand for. */
	readonly startTokens: Map<string, {readonly parameters: string; readonly snapshotId: string}>;
	readonly compute: InstanceWorld;
	/** Kernels and ramdisks the cloud offers to everybody. */
	readonly kernels: WorldKernel[];
	/** ARNs of KMS keys that encrypt nothing any more. */
	readonly disabledKeys: Set<string>;
	/** Whose rules RegisterImage keeps. */
	dialect: 'amazon' | 'eucalyptus';
	nextId: number;
};

export type WorldSnapshot = {
	readonly id: string;
	status: 'pending' | 'completed' | 'error';
	/** Sealed by CompleteSnapshot; it is `completed` after so many more looks. */
	looksUntilCompleted?: number;
	/** How many more looks do not show it. */
	unseen: number;
	readonly volumeGib: number;
	readonly description: string;
	readonly parentId: string | undefined;
	readonly tags: Map<string, string>;
	readonly encrypted: boolean;
	/** ARN, of an encrypted one. */
	readonly kmsKeyId?: string | undefined;
	readonly startedAt: Date;
	/** What was written to it, without what its parent has. */
	readonly written: Map<number, WorldBlock>;
};

export type WorldBlock = {readonly sha256: Buffer; readonly data: Buffer | undefined};

export type WorldImage = {
	readonly id: string;
	unseen: number;
	readonly name: string;
	readonly description: string;
	readonly architecture: string;
	readonly virtualizationType: string;
	readonly bootMode: string | undefined;
	readonly enaSupport: boolean;
	readonly imdsSupport: string | undefined;
	readonly rootDeviceName: string;
	/** Empty for an image made of a bundle. */
	readonly snapshotId: string;
	/** Of a bundle's manifest. */
	readonly location?: string;
	readonly kernelId?: string | undefined;
	readonly ramdiskId?: string | undefined;
	/** It is shown as failed, in these words. */
	failure?: string;
	readonly volumeGib: number;
	readonly volumeType: string;
	readonly deleteOnTermination: boolean;
	readonly tags: Map<string, string>;
	readonly launchPermissions: Set<string>;
	readonly createdAt: Date;
	/** Left out: the account's own. */
	readonly owner?: string | undefined;
	/** Left out: `Linux/UNIX`. */
	readonly platformDetails?: string;
	/** Left out: it can be started. */
	state?: 'pending';
};

export type WorldImportTask = {
	readonly id: string;
	readonly description: string;
	readonly format: string;
	readonly bucket: string;
	readonly key: string;
	readonly encrypted: boolean;
	readonly kmsKeyId: string | undefined;
	readonly tags: ReadonlyMap<string, string>;
	/** As it was asked for: the same token with other words is refused. */
	readonly parameters: string;
	readonly clientToken: string | undefined;
	/** How many more looks do not show it. */
	unseen: number;
	/** How often it was looked at: some looks bring it one state on. */
	looks: number;
	status: 'active' | 'completed' | 'deleting' | 'deleted';
	/** What Amazon says of an active one. */
	state: readonly [message: string, progress: number];
	failure: string | undefined;
	snapshotId: string | undefined;
	/** The disk in the object, once it is read. */
	disk: ImportedDisk | undefined;
};

export type ImportedDisk = {readonly volumeGib: number; readonly blocks: Map<number, WorldBlock>};

export function createEc2World(compute = createInstanceWorld(usualRules(), paperMachines())): Ec2World {
	return {
		ownerId: '123456789012',
		snapshots: new Map(),
		images: new Map(),
		importTasks: new Map(),
		startTokens: new Map(),
		compute,
		kernels: amazonKernels(),
		disabledKeys: new Set(),
		dialect: 'amazon',
		nextId: 1,
	};
}

export function newId(world: Ec2World, kind: 'snap' | 'ami' | 'import-snap'): string {
	return `${kind}-${(world.nextId++).toString(16).padStart(17, '0')}`;
}

/** Every block a snapshot has, its parents' included. */
export function allBlocks(world: Ec2World, snapshot: WorldSnapshot): Map<number, WorldBlock> {
	const parent = snapshot.parentId === undefined ? undefined : world.snapshots.get(snapshot.parentId);
	return new Map([...(parent ? allBlocks(world, parent) : []), ...snapshot.written].toSorted(([a], [b]) => a - b));
}
