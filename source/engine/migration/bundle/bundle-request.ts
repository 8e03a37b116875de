import type {Clock} from '../../host/clock.js';
import type {Journal} from '../../jobs/journal.js';
import type {ObjectStore} from '../../object-store/object-store.js';
import type {BundleKeys} from './bundle-keys.js';
import type {ManifestFacts} from './bundle-manifest.js';
import type {BundlePlace} from './check-bundle-place.js';
import type {BundleImage} from './make-bundle-parts.js';

export type BundleRequest = BundlePlace &
	Pick<ManifestFacts, 'bundler' | 'architecture' | 'blockDeviceMapping' | 'kernelId' | 'ramdiskId' | 'userId'> & {
		readonly image: BundleImage;
		readonly store: ObjectStore;
		readonly keys: BundleKeys;
		/** Canned, for every object; where the store knows none it sends none. `aws-exec-read` lets the cloud read a private bundle. */
		readonly acl?: string;
		/** Of the job, private; keeps the bundle's secret until the bundle is whole. */
		readonly folder: string;
		readonly journal: Journal;
		readonly signal: AbortSignal;
		/** Whoever cancels takes away himself what is there, by `cancelBundle`. */
		readonly keepOnCancel?: boolean;
		readonly clock: Clock;
		/** How many parts are sent at the same time; each costs 10 MiB of memory. Default: 3. */
		readonly uploads?: number;
	};

export type UploadedBundle = {
	/** `bucket/prefix.manifest.xml`, for RegisterImage. */
	readonly location: string;
	readonly partCount: number;
	readonly bundledBytes: number;
};
