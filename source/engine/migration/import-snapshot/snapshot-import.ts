import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import type {ObjectStore} from '../../object-store/object-store.js';
import type {WantedEncryption} from '../ebs-direct/encryption-fault.js';
import type {SnapshotDisk} from '../ebs-direct/snapshot-disk.js';

/** One disk on its way into one EBS snapshot, by way of an object that the cloud imports. */
export type SnapshotImport = {
	readonly calls: AwsCalls;
	/** In the region of `calls`. */
	readonly store: ObjectStore;
	/** Made when it is missing; it stays. The object in it is removed in every end. */
	readonly bucket: string;
	readonly disk: SnapshotDisk;
	/** Private to this import: what is in the cloud already is noted here. */
	readonly folder: string;
	/** Names this import for ever, also after a crash: at most 48 ASCII characters, as in names of objects. */
	readonly token: string;
	readonly description: string;
	/** By one of them, `d2cm:upload`, everything is found again. */
	readonly tags: Readonly<Record<string, string>>;
	/** What is uploaded: a stream-optimized VMDK when left out. */
	readonly format?: 'vmdk' | 'raw';
	/** That the cloud reads the object in: `vmimport` when left out. */
	readonly role?: string;
	/** Whether the cloud knows dry runs; one that does not would begin. Default: true. */
	readonly dryRun?: boolean;
	readonly encryption?: WantedEncryption;
	readonly signal: AbortSignal;
	/** Whoever asked takes everything away himself, should this fail: nothing is removed here. */
	readonly keepOnFailure?: boolean;
	/** Bytes of the disk that are in the store, and of the object the bytes sent in this process. */
	readonly onProgress?: (done: ImportUploadProgress) => void;
	/** Each news of the cloud's own work on it. */
	readonly onTask?: (news: ImportNews) => void;
};

export type ImportUploadProgress = {
	readonly doneBytes: number;
	readonly totalBytes: number;
	readonly sentBytes: number;
};

export type ImportNews = {
	readonly taskId: string;
	/** In the cloud's words: `converting`. */
	readonly message: string;
	/** From 0 to 100. */
	readonly percent: number | undefined;
};

export type ImportedSnapshot = {
	readonly snapshotId: string;
	readonly volumeGib: number;
	/** Of the object, in this process. */
	readonly sentBytes: number;
};

export const usualRole = 'vmimport';
