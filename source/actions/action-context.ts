import type {Cloud} from '../engine/cloud/cloud.js';
import type {Database} from '../store/database.js';
import type {Store} from '../store/open-store.js';
import type {HomePaths} from '../store/paths.js';

/** What the actions share. */
export type ActionContext = {
	readonly paths: HomePaths;
	readonly store: Store;
	/** The adapter for a cloud, by its name; `as`: with what was once, or is to be, known. @throws {UnknownNameError} @throws {NoCredentialError} */
	readonly cloud: (name: string, as?: KnownOnce) => Promise<Cloud>;
	/** Tells listeners at once of what this process changed; changes by others are found by looking. */
	readonly changed: () => void;
};

/** In the place of all that is known now. */
export type KnownOnce = Partial<Pick<Database, 'clouds' | 'credentials'>>;
