import type {ObjectStore} from '../object-store/object-store.js';

/** A bucket of this installation, reached by its instances: what many of them want lies in it until all have it. */
export type Staging = {
	readonly store: ObjectStore;
	/** Made, as a private one, when it is first needed; it stays. */
	readonly bucket: string;
	/** PEM of the authority that signed the store's certificate, where no system knows it: an instance trusts it for the one fetch. */
	readonly ca?: string;
	/** Smaller files go to each instance from here. Default: 8 MiB. */
	readonly leastBytes?: number;
};

/** The bucket of an installation in a region: names are shared by all the world. At most 63 characters. */
export function stagingBucket(installation: string, region: string): string {
	return `d2cm-${installation}-${region}`
		.toLowerCase()
		.replace(/[^a-z0-9-]/g, '-')
		.slice(0, 63)
		.replace(/(?<!-)-+$/, '');
}

/** What keys in it begin with, of one deployment or of all. */
export function stagedPrefix(installation: string, launchKey?: string): string {
	return `d2cm/${installation}/${launchKey === undefined ? '' : `${launchKey}/`}`;
}
