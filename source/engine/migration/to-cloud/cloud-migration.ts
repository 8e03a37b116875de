import type {CloudTraits, MigrationWay} from '../../cloud/cloud-traits.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import type {ReadQuota} from '../../cloud/prices/service-quotas.js';
import type {Clock} from '../../host/clock.js';
import type {Journal} from '../../jobs/journal.js';
import type {ObjectStore} from '../../object-store/object-store.js';
import type {BundleKeyFiles} from '../bundle/bundle-keys.js';
import type {DiskContext} from '../disk-steps.js';
import type {Migration} from '../migration.js';

/** What the job must know of the kind of cloud. */
export type CloudRules = Pick<
	CloudTraits,
	| 'dryRun'
	| 'tagOnCreate'
	| 'launchPermissions'
	| 'imds'
	| 'virtualization'
	| 'bareKernels'
	| 'prices'
	| 'label'
	| 'migrationWays'
	| 'mostGib'
>;

/** The local cloud has a job of its own. */
export type RemoteWay = Exclude<MigrationWay, 'local'>;

export type CloudMigrationRequest = {
	readonly migration: Migration & {readonly way: RemoteWay};
	/** Of this migration alone. */
	readonly workFolder: string;
	readonly calls: AwsCalls;
	readonly rules: CloudRules;
	/** What the account may have; left out where the cloud tells nobody. */
	readonly readQuota?: ReadQuota | undefined;
	/** Where the way needs one. */
	readonly store?: ObjectStore | undefined;
	/** Of the account, 12 digits; for bundles. */
	readonly accountId: string;
	/** For bundles. */
	readonly keyFiles?: BundleKeyFiles | undefined;
	/** An earlier AMI of an earlier state of this image: only what differs is sent. */
	readonly parent?: {readonly snapshotId: string; readonly blockMap: string} | undefined;
	/** Of D2CM. */
	readonly version: string;
	readonly journal: Journal;
	readonly signal: AbortSignal;
	readonly clock: Clock;
};

export type CloudMigrationContext = CloudMigrationRequest &
	DiskContext & {
		/** What is sent already is noted here. */
		readonly uploadFolder: string;
		/** Of the AMI; nobody else's has this name. */
		readonly amiName: string;
	};

/** What lies in the cloud when the disk is there. */
export type Uploaded = {
	/** Empty for a bundle. */
	readonly snapshotId: string;
	readonly volumeGib: number;
	/** Of a bundle's manifest; empty otherwise. */
	readonly location: string;
	/** What is paid for. */
	readonly storedBytes: number;
};

export type MigratedAmi = Uploaded & {
	readonly id: string;
	readonly name: string;
	readonly virtualBytes: number;
	/** ISO 8601. */
	readonly createdAt: string;
};
