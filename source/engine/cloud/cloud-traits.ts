import type {ObjectStoreTraits} from '../object-store/object-store-traits.js';

export const cloudKinds = ['local', 'ec2', 'eucalyptus', 'compatible'] as const;

export type CloudKind = (typeof cloudKinds)[number];

/** A way from a VDI to an AMI. */
export type MigrationWay = 'local' | 'ebs-direct' | 'import-snapshot' | 'bundle';

export type Virtualization = 'hvm' | 'paravirtual';

/** Everything in which one kind of cloud differs from another. Code asks for a trait, never for the kind. */
export type CloudTraits = {
	/** As the user knows it: `Amazon EC2`. */
	readonly label: string;
	/** What speaks to it: QEMU on this machine, or requests to EC2. */
	readonly adapter: 'qemu' | 'ec2';
	/** The one cloud of this kind is always there, under this name, and takes no settings. */
	readonly builtIn?: string;
	/** Requests are signed with the keys of a credential. */
	readonly credential: boolean;
	readonly objectStore: ObjectStoreTraits;
	/** The first is the usual one. */
	readonly migrationWays: readonly MigrationWay[];
	/** Whether images may boot with a kernel (aki) and a ramdisk (ari) of the cloud. */
	readonly kernels: 'none' | 'optional';
	/** A kernel may come without a ramdisk, also where it is not PV-GRUB. */
	readonly bareKernels: boolean;
	/** What RegisterImage is told where the image does not say otherwise; each cloud has a default of its own. */
	readonly virtualization: Virtualization;
	/** What ImportKeyPair takes, the best first. */
	readonly keyTypes: ReadonlyArray<'ed25519' | 'rsa'>;
	/** GetCallerIdentity tells whom keys belong to. */
	readonly sts: boolean;
	/** Requests with DryRun are answered and have no effect. Where this is not sure, none is sent: it could be carried out. */
	readonly dryRun: boolean;
	/** DescribeRegions tells where else there are clouds like this one, each at an address of its own. */
	readonly regions: boolean;
	/** From the Pricing API, or from the table the user edits. */
	readonly prices: 'amazon' | 'table';
	/** Tags are given with the request that makes a thing; elsewhere by CreateTags after it. */
	readonly tagOnCreate: boolean;
	/** Who may start an AMI can be read and changed. */
	readonly launchPermissions: boolean;
	/** IMDSv2 can be demanded of instances (MetadataOptions) and AMIs (ImdsSupport). */
	readonly imds: boolean;
	/** An AMI that is not said to have enhanced networking (ENA) has none. */
	readonly tellsEna: boolean;
	/** Service Quotas tells what the account may have: running vCPUs, snapshots, AMIs. */
	readonly serviceQuotas: boolean;
	/** The largest disk, in GiB, by the way it comes; left out: not known. */
	readonly mostGib: Readonly<Partial<Record<MigrationWay, number>>>;
	/** There are instances at a lower price that the cloud may end at any time. */
	readonly spot: boolean;
	/** An instance that switches itself off can be stopped instead of terminated, and started again. */
	readonly stops: boolean;
	/** Actions that are answered as if they had been done, and are not. */
	readonly stubs: readonly string[];
	/** Addresses must be given: there are none the SDK knows by the region's name. */
	readonly ownAddresses: boolean;
};

/** What any server can be expected to take. */
const plainStore: ObjectStoreTraits = {
	pathStyle: true,
	checksums: 'WHEN_REQUIRED',
	acl: false,
	batchDelete: false,
	locationConstraint: false,
};

const plain: CloudTraits = {
	label: 'EC2-compatible',
	adapter: 'ec2',
	credential: true,
	objectStore: plainStore,
	migrationWays: ['bundle', 'import-snapshot', 'ebs-direct'],
	kernels: 'optional',
	bareKernels: true,
	virtualization: 'hvm',
	keyTypes: ['rsa'],
	sts: false,
	dryRun: false,
	regions: false,
	prices: 'table',
	tagOnCreate: false,
	launchPermissions: true,
	imds: false,
	tellsEna: false,
	serviceQuotas: false,
	mostGib: {},
	spot: false,
	stops: false,
	stubs: [],
	ownAddresses: true,
};

const traits: Readonly<Record<CloudKind, CloudTraits>> = {
	local: {
		...plain,
		label: 'This machine (QEMU)',
		adapter: 'qemu',
		builtIn: 'local',
		credential: false,
		migrationWays: ['local'],
		kernels: 'none',
		keyTypes: ['ed25519', 'rsa'],
		tagOnCreate: true,
		launchPermissions: false,
		ownAddresses: false,
	},
	ec2: {
		label: 'Amazon EC2',
		adapter: 'ec2',
		credential: true,
		objectStore: {
			pathStyle: false,
			checksums: 'WHEN_SUPPORTED',
			acl: true,
			batchDelete: true,
			locationConstraint: true,
		},
		migrationWays: ['ebs-direct', 'import-snapshot', 'bundle'],
		kernels: 'optional',
		bareKernels: true,
		virtualization: 'hvm',
		keyTypes: ['ed25519', 'rsa'],
		sts: true,
		dryRun: true,
		regions: true,
		prices: 'amazon',
		tagOnCreate: true,
		launchPermissions: true,
		imds: true,
		tellsEna: true,
		serviceQuotas: true,
		// A gp3 volume; an image for VM Import; a root device in the instance store.
		mostGib: {'ebs-direct': 65_536, 'import-snapshot': 16_384, bundle: 10},
		spot: true,
		stops: true,
		stubs: [],
		ownAddresses: false,
	},
	eucalyptus: {
		...plain,
		label: 'Eucalyptus',
		objectStore: {...plainStore, acl: true},
		migrationWays: ['bundle'],
		bareKernels: false,
		stubs: ['CopyImage', 'CreateFleet', 'ImportSnapshot', 'RequestSpotInstances'],
	},
	// Whoever speaks EC2 and S3; nothing is taken for granted.
	compatible: plain,
};

/** Whether the name belongs to a cloud that is always there. */
export const isBuiltIn = (name: string): boolean => cloudKinds.some(kind => traits[kind].builtIn === name);

export const traitsOf = (kind: CloudKind): CloudTraits => traits[kind];
