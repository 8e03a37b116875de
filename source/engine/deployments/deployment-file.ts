import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeWhole} from '../host/write-whole.js';
import {leaseEnds, roleSchema, whenFulls} from '../templates/template.js';
import type {Deployment, PricedType} from './deployment.js';
import {DeploymentFileError} from './deployment-file-error.js';

const pricedSchema = z.object({
	instanceType: z.string(),
	/** JSON has no undefined; null is an unknown price. */
	hourlyUsd: z
		.number()
		.nullable()
		.transform(price => price ?? undefined),
	priceSource: z.string().optional(),
});

const deployedRoleSchema = roleSchema.extend({
	...pricedSchema.shape,
	imageId: z.string(),
	others: z.array(pricedSchema).optional(),
	stops: z.boolean().optional(),
	keptUsd: z.number().optional(),
	origin: z
		.object({
			image: z.string(),
			migration: z.string(),
			file: z.string().optional(),
			vdiFingerprint: z.string().optional(),
			fixUps: z.array(z.string()),
		})
		.optional(),
	inputs: z.object({files: z.number(), bytes: z.number(), modifiedAt: z.number()}).optional(),
	logins: z.array(z.string()).optional(),
});

const deploymentSchema = z.object({
	id: z.string().regex(/^[A-Z0-9]{6}$/),
	template: z.string(),
	launchKey: z.string(),
	installation: z.string(),
	createdAt: z.string(),
	cloud: z.string(),
	problemSize: z.number(),
	roles: z.array(deployedRoleSchema).min(1),
	maxRunMinutes: z.number(),
	maxHours: z.number().optional(),
	holdMinutes: z.number(),
	capUsd: z.number().positive().optional(),
	leaseHours: z.number().positive().optional(),
	leaseEnds: z.enum(leaseEnds).optional(),
	whenFull: z.enum(whenFulls).optional(),
});

/** Freezes a deployment in its folder, before anything of it is begun. */
export async function writeDeployment(folder: string, deployment: Deployment): Promise<void> {
	await mkdir(folder, {recursive: true, mode: 0o700});
	const roles = deployment.roles.map(({others, ...role}) => ({
		...withNull(role),
		...(others && {others: others.map(withNull)}),
	}));
	await writeWhole(join(folder, 'deployment.json'), `${JSON.stringify({...deployment, roles}, undefined, '\t')}\n`);
}

const withNull = <Priced extends PricedType>(priced: Priced) => ({...priced, hourlyUsd: priced.hourlyUsd ?? null});

/** What a file held, with what older versions did not write yet; undefined when it is no deployment. */
export const deploymentOf = (value: unknown): Deployment | undefined => deploymentSchema.safeParse(value).data;

/** @throws {DeploymentFileError} When it is not there or damaged. */
export async function readDeployment(folder: string): Promise<Deployment> {
	const file = join(folder, 'deployment.json');
	try {
		return deploymentSchema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch (error) {
		throw new DeploymentFileError(file, {cause: error});
	}
}
