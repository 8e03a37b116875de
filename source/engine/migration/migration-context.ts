import type {LocalImage} from '../cloud/local/local-image.js';
import type {OpenGuest} from '../images/open-guest.js';
import type {LocalMigrationRequest} from './migrate-to-local.js';
import type {PlainFile} from './plain-file/plain-file.js';

/** What the steps of one migration to the local cloud share; later steps find what earlier ones have put here. */
export type MigrationContext = LocalMigrationRequest & {
	/** Empty when the migration begins, gone when it ends. */
	readonly work: string;
	/** Of the AMI. */
	readonly id: string;
	/** One line of the live log. */
	readonly say: (message: string, level?: 'info' | 'warning') => Promise<void>;
	/** The VDI, from the first step on. */
	guest?: OpenGuest;
	/** The overlay, while it is edited. */
	plainFile?: PlainFile | undefined;
	/** How the local cloud starts it, when not by its own boot loader. */
	boot?: LocalImage['boot'];
};

/** A step of a migration. Not resumed: a migration begins anew, in an empty work folder. */
export type MigrationStep = {
	/** Written to journals on users' disks, so it never changes once released. */
	readonly name: string;
	readonly do: (context: MigrationContext) => Promise<void>;
};
