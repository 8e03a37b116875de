import type {AmiProperties} from '../cloud/ami-properties.js';
import type {MigrationWay} from '../cloud/cloud-traits.js';

export type WayFacts = {
	/** In a sentence, for who has to choose. */
	readonly explained: string;
	/** The disk passes through a bucket, or stays in one. */
	readonly bucket: boolean;
	/** Snapshots can be encrypted with a key of the cloud. */
	readonly encryption: boolean;
	/** The AMI can boot with a kernel and a ramdisk of the cloud. */
	readonly kernels: boolean;
	/** Where the root device of its AMI lies. */
	readonly rootDevice: AmiProperties['rootDevice'];
};

export const wayFacts: Readonly<Record<MigrationWay, WayFacts>> = {
	local: {
		explained: 'An overlay of the VDI on this machine; no bytes are copied.',
		bucket: false,
		encryption: false,
		kernels: false,
		rootDevice: 'ebs',
	},
	'ebs-direct': {
		explained: 'Only blocks that hold data are sent, straight into a snapshot.',
		bucket: false,
		encryption: true,
		kernels: true,
		rootDevice: 'ebs',
	},
	'import-snapshot': {
		explained: 'The disk is sent to a bucket, and the cloud makes a snapshot of it (it needs the role vmimport).',
		bucket: true,
		encryption: true,
		kernels: true,
		rootDevice: 'ebs',
	},
	bundle: {
		explained: 'Compressed and encrypted parts in a bucket, of which the cloud makes the disk of each instance.',
		bucket: true,
		encryption: false,
		kernels: true,
		rootDevice: 'instance-store',
	},
};
