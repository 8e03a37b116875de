import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {type FileIdentity, identityOf} from '../../host/file-identity.js';
import {DamagedLocalImageError} from './damaged-local-image-error.js';

/**
An AMI of the local cloud, as `image.json` beside its `disk.qcow2` (an overlay backed by the VDI) in
`<cloud folder>/images/<id>/`. The folder appears there by one rename, whole.
*/
export type LocalImage = {
	/** `ami-` and 8 hexadecimal digits. */
	readonly id: string;
	readonly name: string;
	/** ISO 8601. */
	readonly createdAt: string;
	/** Of the disk, in bytes. */
	readonly virtualBytes: number;
	readonly tags: Readonly<Record<string, string>>;
	readonly vdi: Omit<VdiStamp, 'identity'> & {
		/** The one of the ImageReport it was made from. */
		readonly fingerprint: string;
		/** Left out, as the sum, by versions that did not keep it yet. */
		readonly identity?: FileIdentity | undefined;
		/** `contentSum` of the file. */
		readonly sum?: string | undefined;
	};
	/** A kernel beside `image.json` that is started directly; without it the guest's own boot loader starts. */
	readonly boot?:
		| {readonly kernel: 'vmlinuz'; readonly initramfs: 'initrd.img'; readonly commandLine: string}
		| undefined;
	readonly drivers: {readonly virtio: boolean};
};

/** By which a changed VDI is noticed: every block of the AMI that was not changed still lies in it. */
export type VdiStamp = {
	/** Absolute path. */
	readonly file: string;
	readonly sizeBytes: number;
	readonly modifiedMs: number;
	readonly identity: FileIdentity;
};

const identitySchema = z.object({device: z.string(), inode: z.string(), changedNs: z.string(), owner: z.number()});

const schema = z.object({
	id: z.string().regex(/^ami-[0-9a-f]{8}$/),
	name: z.string(),
	createdAt: z.string(),
	virtualBytes: z.number(),
	tags: z.record(z.string(), z.string()),
	vdi: z.object({
		file: z.string(),
		fingerprint: z.string(),
		sizeBytes: z.number(),
		modifiedMs: z.number(),
		identity: identitySchema.optional(),
		sum: z.string().optional(),
	}),
	boot: z
		.object({kernel: z.literal('vmlinuz'), initramfs: z.literal('initrd.img'), commandLine: z.string()})
		.optional(),
	drivers: z.object({virtio: z.boolean()}),
});

export const imageIdPattern = /^ami-[0-9a-f]{8}$/;

/** Where an AMI lies in the folder of the local cloud. */
export const localImageFolder = (cloudFolder: string, id: string): string => join(cloudFolder, 'images', id);

export async function stampVdi(file: string): Promise<VdiStamp> {
	const {size, mtimeMs} = await stat(file);
	return {file, sizeBytes: size, modifiedMs: mtimeMs, identity: await identityOf(file)};
}

/**
The AMI, or undefined when there is none of that id.

@throws {DamagedLocalImageError} When its `image.json` cannot be understood.
*/
export async function readLocalImage(cloudFolder: string, id: string): Promise<LocalImage | undefined> {
	if (!imageIdPattern.test(id)) {
		return undefined;
	}

	const file = join(localImageFolder(cloudFolder, id), 'image.json');
	try {
		return schema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw new DamagedLocalImageError(id, file, {cause: error});
	}
}

/** Every AMI, oldest first, and the ids of those whose `image.json` cannot be understood. */
export async function listLocalImages(
	cloudFolder: string,
): Promise<{readonly images: readonly LocalImage[]; readonly damaged: readonly string[]}> {
	const images: LocalImage[] = [];
	const damaged: string[] = [];
	for (const id of await imageIds(cloudFolder)) {
		try {
			const image = await readLocalImage(cloudFolder, id);
			if (image) {
				images.push(image);
			}
		} catch (error) {
			if (!(error instanceof DamagedLocalImageError)) {
				throw error;
			}

			damaged.push(id);
		}
	}

	return {images: images.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)), damaged};
}

async function imageIds(cloudFolder: string): Promise<readonly string[]> {
	try {
		const names = await readdir(join(cloudFolder, 'images'));
		return names.filter(name => imageIdPattern.test(name)).toSorted();
	} catch (error) {
		if (isMissing(error)) {
			return [];
		}

		throw error;
	}
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
