import type {SnapshotDisk} from '../ebs-direct/snapshot-disk.js';
import type {CloudMigrationContext, Uploaded} from './cloud-migration.js';

/** One way from a disk to what an AMI can be made of. */
export type UploadWay = {
	/** Says what would stop it, before a byte is sent; left out where the first request alone can tell. */
	readonly check?: (context: CloudMigrationContext) => Promise<void>;
	/** May run again after whatever has ended it: it then sends only what is missing. */
	readonly upload: (context: CloudMigrationContext, disk: SnapshotDisk) => Promise<Uploaded>;
	/** Takes all of it away, unless an AMI is made of it. Finding nothing is success. */
	readonly discard: (context: CloudMigrationContext) => Promise<void>;
};
