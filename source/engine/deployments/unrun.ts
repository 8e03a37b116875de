import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeWhole} from '../host/write-whole.js';
import {leaseEnds, templateSchema, whenFulls} from '../templates/template.js';
import type {Configuration} from './configuration.js';
import type {Deployment} from './deployment.js';
import {ofRole} from './of-role.js';
import type {PlanInput} from './plan.js';

/**
The file of a deployment that is not run yet. It is no `deployment.json`, so that no version of D2CM, not even one that
knows nothing of it, takes the folder for that of an interrupted job and starts it.
*/
export const unrunFile = 'unrun.json';

const byRole = <Value extends z.ZodType>(value: Value) => z.record(z.string(), value).optional();

const unrunSchema = z.object({
	id: z.string().regex(/^[A-Z0-9]{6}$/),
	createdAt: z.string(),
	template: templateSchema,
	amis: z.object({cloud: z.string(), ids: z.record(z.string(), z.string())}).optional(),
	request: z.object({
		cloud: z.string(),
		problemSize: z.number().optional(),
		types: byRole(z.string()),
		counts: byRole(z.number()),
		spot: byRole(z.boolean()),
		otherTypes: byRole(z.array(z.string())),
		spotMaxUsd: byRole(z.number()),
		capUsd: z.number().optional(),
		maxHours: z.number().optional(),
		leaseHours: z.number().optional(),
		leaseEnds: z.enum(leaseEnds).optional(),
		whenFull: z.enum(whenFulls).optional(),
	}),
});

/** A deployment that was made and not started: nothing of it is reserved, made or charged. */
export type UnrunDeployment = Configuration & {
	/** Six characters of A-Z0-9; it keeps them when it is started. */
	readonly id: string;
	/** ISO 8601. */
	readonly createdAt: string;
	/** Not checked against the cloud before it is started. */
	readonly request: PlanInput['request'];
};

export async function writeUnrun(folder: string, unrun: UnrunDeployment): Promise<void> {
	await writeWhole(join(folder, unrunFile), `${JSON.stringify(unrunSchema.parse(unrun), undefined, '\t')}\n`);
}

/** Undefined where there is none; `damaged` where it cannot be understood. */
export async function readUnrun(folder: string): Promise<UnrunDeployment | 'damaged' | undefined> {
	try {
		return unrunSchema.parse(JSON.parse(await readFile(join(folder, unrunFile), 'utf8')));
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'damaged';
	}
}

/** As it is to be looked at: types and AMIs that are chosen at the start only are empty, and no price is known. */
export function unrunAsDeployment(
	{id, createdAt, template, amis, request}: UnrunDeployment,
	installation: string,
): Deployment {
	const {cloud, capUsd = template.capUsd, leaseHours = template.leaseHours, maxHours} = request;
	const {problemSize = template.problemSize ?? Number.NaN, leaseEnds: ends = template.leaseEnds} = request;
	const known = amis?.cloud === cloud ? amis.ids : {};
	return {
		id,
		template: template.name,
		launchKey: `${template.name}.${id}`,
		installation,
		createdAt,
		cloud,
		problemSize,
		roles: template.roles.map(role => ({
			...role,
			count: ofRole(request.counts, role) ?? role.count,
			spot: ofRole(request.spot, role) ?? role.spot,
			otherTypes: [...(ofRole(request.otherTypes, role) ?? role.otherTypes)],
			instanceType: ofRole(request.types, role) ?? '',
			hourlyUsd: undefined,
			imageId: ofRole(known, role) ?? '',
			user: 'root',
		})),
		maxRunMinutes: maxHours === undefined ? template.maxRunMinutes : maxHours * 60,
		...(maxHours !== undefined && {maxHours}),
		holdMinutes: template.holdMinutes,
		...(capUsd !== undefined && {capUsd}),
		...(leaseHours !== undefined && {leaseHours}),
		...(ends !== undefined && {leaseEnds: ends}),
		...(request.whenFull !== undefined && {whenFull: request.whenFull}),
	};
}
