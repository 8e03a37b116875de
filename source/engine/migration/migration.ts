import type {MigrationWay} from '../cloud/cloud-traits.js';
import {type FileIdentity, isSameFile} from '../host/file-identity.js';

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
	/** What the VDI was when the image was registered, and when that was. */
	readonly registered?: {
		readonly fingerprint: string;
		/** Left out by versions that did not keep it. */
		readonly identity?: FileIdentity;
		readonly at: string;
	};
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

/** Says, in sentences, that a VDI is another one than was registered; undefined where it is the same, or that is not known. */
export function changedSince(
	{image, registered}: Migration,
	{report: {fingerprint}, identity}: {readonly report: {readonly fingerprint: string}; readonly identity: FileIdentity},
): string | undefined {
	if (registered === undefined) {
		return undefined;
	}

	const day = registered.at.slice(0, 16).replace('T', ' ');
	if (registered.fingerprint === fingerprint) {
		// A disk gets another number by a reboot alone.
		const known = registered.identity && {...registered.identity, device: identity.device};
		return known === undefined || isSameFile(known, identity)
			? undefined
			: `The disk of ${image} looks as it did when it was registered on ${day}, but is another file or was touched since: it was ${wordsOf(known)}, and is ${wordsOf(identity)}. What is in it now is migrated.`;
	}

	const [before, now] = [registered.fingerprint, fingerprint].map(text => text.slice(0, 12));
	return `The disk of ${image} has changed since it was registered on ${day}: its fingerprint was ${before} and is ${now}. What is in it now is migrated.`;
}

const wordsOf = ({inode, changedNs, owner}: FileIdentity): string =>
	`file ${inode} of user ${owner}, touched at ${new Date(Number(BigInt(changedNs) / 1_000_000n)).toISOString()}`;
