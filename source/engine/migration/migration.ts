import type {MigrationWay} from '../cloud/cloud-traits.js';

/** What is to be migrated: frozen in `migration.json` when the migration is made. */
export type Migration = {
	/** `mig-` and 8 hexadecimal digits. */
	readonly id: string;
	/** Name of the registered image. */
	readonly image: string;
	/** Absolute path of the VDI. */
	readonly file: string;
	/** Name of the cloud. */
	readonly cloud: string;
	readonly installation: string;
	/** ISO 8601. */
	readonly createdAt: string;
	/** How the disk comes to the cloud. Left out: `local`. */
	readonly way?: MigrationWay;
	readonly region?: string;
	/** aki and ari, where the cloud has them. */
	readonly kernel?: string;
	readonly ramdisk?: string;
	/** Where the way has one. */
	readonly bucket?: string;
	readonly encrypted?: boolean;
	/** ARN or id of the KMS key; left out, the account's own. */
	readonly kmsKey?: string;
};
