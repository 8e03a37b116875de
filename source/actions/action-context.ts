import type {Cloud} from '../engine/cloud/cloud.js';
import type {Store} from '../store/open-store.js';
import type {HomePaths} from '../store/paths.js';

/** What the actions share. */
export type ActionContext = {
	readonly paths: HomePaths;
	readonly store: Store;
	/** The adapter for a cloud, by its name. @throws {UnknownNameError} @throws {NoCredentialError} */
	readonly cloud: (name: string) => Promise<Cloud>;
	/** Tells listeners at once of what this process changed; changes by others are found by looking. */
	readonly changed: () => void;
};
