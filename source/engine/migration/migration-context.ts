import type {LocalImage} from '../cloud/local/local-image.js';
import type {DiskContext} from './disk-steps.js';
import type {LocalMigrationRequest} from './migrate-to-local.js';

/** What the steps of one migration to the local cloud share; later steps find what earlier ones have put here. */
export type MigrationContext = LocalMigrationRequest &
	DiskContext & {
		/** Of the AMI. */
		readonly id: string;
		/** How the local cloud starts it, when not by its own boot loader. */
		boot?: LocalImage['boot'];
	};

/** A step of a migration. */
export type MigrationStep<Context = MigrationContext> = {
	/** Written to journals on users' disks, so it never changes once released. */
	readonly name: string;
	readonly do: (context: Context) => Promise<void>;
};
