import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import type {BlockMap} from './block-map.js';
import type {WantedEncryption} from './encryption-fault.js';
import type {SnapshotDisk} from './snapshot-disk.js';

/** One disk on its way into one EBS snapshot. */
export type SnapshotUpload = {
	readonly calls: AwsCalls;
	readonly disk: SnapshotDisk;
	/** Private to this upload: what is in the cloud already is noted here. */
	readonly folder: string;
	/** Names this upload for ever, also after a crash: at most 48 ASCII characters. */
	readonly token: string;
	readonly description: string;
	/** By one of them, `d2cm:upload`, everything is found again. */
	readonly tags: Readonly<Record<string, string>>;
	/** An earlier snapshot of an earlier state of this disk: only what differs is sent. */
	readonly parent?: {readonly snapshotId: string; readonly blocks: BlockMap};
	readonly encryption?: WantedEncryption;
	readonly signal: AbortSignal;
	/** Blocks under way at once; 64 when left out. */
	readonly workers?: number;
	/** Whoever asked takes the snapshot away himself, should this fail: nothing is removed here. */
	readonly keepOnFailure?: boolean;
	/** Bytes of the disk dealt with so far, and of these the bytes sent in this process. */
	readonly onProgress?: (done: UploadProgress) => void;
};

export type UploadProgress = {readonly doneBytes: number; readonly sentBytes: number};

export type UploadedSnapshot = {
	readonly snapshotId: string;
	readonly volumeGib: number;
	/** What the snapshot holds, its parent's blocks included; `parent` of the next upload. */
	readonly blocks: BlockMap;
	/** Sent in this process. */
	readonly sentBlocks: number;
};

export const uploadTag = 'd2cm:upload';
