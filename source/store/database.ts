import * as z from 'zod';
import {isImageId} from '../engine/cloud/cloud.js';
import {cloudKinds} from '../engine/cloud/cloud-traits.js';
import {templateSchema} from '../engine/templates/template.js';

/** Names the user gives; also used in paths. */
export const nameSchema = z
	.string()
	.regex(
		/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
		'must be letters, digits, dots, _ and -, at most 40, beginning with a letter or digit',
	);

/** Of a new image: a role that names one by an AMI's id would run that AMI. */
export const imageNameSchema = nameSchema.refine(name => !isImageId(name), 'must not be like the id of an AMI');

export const credentialSchema = z.strictObject({
	name: nameSchema,
	/** Amazon account, 12 digits. */
	userId: z
		.string()
		.regex(/^\d{12}$/, 'must be 12 digits')
		.or(z.literal(''))
		.default(''),
	accessKey: z.string().default(''),
	secretKey: z.string().default(''),
	/** Path of the user's certificate, PEM. */
	certificate: z.string().default(''),
	/** Path of the user's private key, PEM. */
	privateKey: z.string().default(''),
	/** A profile of the shared AWS configuration; then the keys are there and not here. */
	profile: z.string().default(''),
});

export const cloudSchema = z.strictObject({
	name: nameSchema,
	kind: z.enum(cloudKinds),
	region: z.string().default(''),
	ec2Url: z.string().default(''),
	s3Url: z.string().default(''),
	/** Of EBS direct. */
	ebsUrl: z.string().default(''),
	stsUrl: z.string().default(''),
	/** Path of the PEM of the authority that signed the TLS certificates of these addresses; empty: the system knows it. */
	ca: z.string().default(''),
	/** Path of the cloud's own certificate, PEM: bundles are encrypted for it. */
	cloudCertificate: z.string().default(''),
	/** The account of the user there, where it is not that of the credential (EC2_USER_ID). */
	accountId: z.string().default(''),
	/** IPv4 address instances see this machine come from; empty: it is found out. */
	sshFrom: z.ipv4().or(z.literal('')).default(''),
	/** Where sshd listens on the instances. */
	sshPort: z.int().min(1).max(65535).default(22),
	/** Name of a credential; empty for `local`. */
	credential: z.string().default(''),
});

export const imageSchema = z.strictObject({
	name: nameSchema,
	/** Absolute path of the VDI. */
	file: z.string(),
	addedAt: z.string(),
	/** Tells what was in the VDI when it was added. Left out by versions that did not keep it. */
	fingerprint: z.string().optional(),
	/** By what the system told that file from another then. Left out by versions that did not keep it, until it is migrated. */
	identity: z
		.strictObject({device: z.string(), inode: z.string(), changedNs: z.string(), owner: z.number()})
		.optional(),
	/** From the inspection when it was added, for lists. */
	os: z.string(),
	architecture: z.string(),
	virtualBytes: z.number(),
	verdict: z.enum(['fits', 'will-be-fixed', 'cannot-run']),
});

export const amiSchema = z.strictObject({
	/** `ami-` and 8 to 17 hexadecimal digits. */
	id: z.string(),
	/** Name of the image it was made from; empty when it was registered by hand. */
	image: z.string(),
	/** As the cloud calls it. Left out: not known. */
	name: z.string().optional(),
	cloud: z.string(),
	createdAt: z.string(),
	virtualBytes: z.number(),
	/** The migration that made it. */
	migration: z.string().default(''),
	/** As the cloud said when it was last asked. Left out: it can be started. */
	status: z.enum(['available', 'pending', 'failed']).optional(),
	/** How its disk came to the cloud. */
	way: z.enum(['local', 'ebs-direct', 'import-snapshot', 'bundle']).optional(),
	/** What it is made of: an EBS snapshot, or the manifest of a bundle (`bucket/prefix.manifest.xml`). */
	snapshot: z.string().optional(),
	location: z.string().optional(),
});

/** A kernel (aki) or ramdisk (ari) known for a cloud. */
export const kernelSchema = z.strictObject({
	id: z.string(),
	kind: z.enum(['kernel', 'ramdisk']),
	cloud: z.string(),
	name: z.string().default(''),
	architecture: z.string().default(''),
	/** Of a kernel: the ramdisk that goes with it. */
	recommendedRamdisk: z.string().default(''),
	/** Told by the cloud itself, and asked for again; left out: added by hand, and kept. */
	source: z.literal('cloud').optional(),
});

/** What a deployment was made from; what happened to it is in its journal. */
export const deploymentEntrySchema = z.strictObject({
	id: z.string().regex(/^[A-Z0-9]{6}$/),
	template: z.string(),
	cloud: z.string(),
	problemSize: z.number(),
	createdAt: z.string(),
});

/** Likewise for a migration. */
export const migrationEntrySchema = z.strictObject({
	id: z.string(),
	image: z.string(),
	cloud: z.string(),
	createdAt: z.string(),
});

/** What the user says an instance type costs on a cloud; null is `unknown`. Counts against every list. */
export const priceSchema = z.strictObject({
	cloud: nameSchema,
	type: z.string().min(1),
	hourlyUsd: z.number().min(0).nullable(),
});

export const settingsSchema = z.strictObject({
	/** Further instance types of the local cloud. */
	localTypes: z
		.array(
			z.strictObject({
				name: z.string().regex(/^local\.[a-z0-9]+$/),
				vcpus: z.number().int().min(1),
				memoryMib: z.number().int().min(128),
			}),
		)
		.default([]),
	/** How many virtual CPUs the local cloud gives out for each core of this machine. */
	localCpuOvercommit: z.number().min(1).max(16).default(4),
});

export const currentVersion = 1;

export const databaseSchema = z.strictObject({
	version: z.literal(currentVersion),
	/** Identifies this installation in the tags of everything it makes in a cloud. */
	installation: z.uuid(),
	credentials: z.array(credentialSchema).default([]),
	clouds: z.array(cloudSchema).default([]),
	images: z.array(imageSchema).default([]),
	amis: z.array(amiSchema).default([]),
	kernels: z.array(kernelSchema).default([]),
	templates: z.array(templateSchema).default([]),
	deployments: z.array(deploymentEntrySchema).default([]),
	migrations: z.array(migrationEntrySchema).default([]),
	prices: z.array(priceSchema).default([]),
	settings: settingsSchema.default(settingsSchema.parse({})),
	/** Clouds as they were when something was started there: what is left is looked for there too, wherever a cloud is now. */
	places: z.array(cloudSchema).default([]),
});

export type Database = z.infer<typeof databaseSchema>;
export type Credential = z.infer<typeof credentialSchema>;
export type CloudEntry = z.infer<typeof cloudSchema>;
export type ImageEntry = z.infer<typeof imageSchema>;
export type AmiEntry = z.infer<typeof amiSchema>;
export type KernelEntry = z.infer<typeof kernelSchema>;
export type DeploymentEntry = z.infer<typeof deploymentEntrySchema>;
export type PriceEntry = z.infer<typeof priceSchema>;
export type MigrationEntry = z.infer<typeof migrationEntrySchema>;
export type Settings = z.infer<typeof settingsSchema>;
