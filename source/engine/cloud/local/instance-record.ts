import {mkdir, readdir, readFile, rename} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {isMissing} from '../../host/is-missing.js';
import {writeJson} from '../../host/write-json.js';
import {DamagedInstanceError} from './damaged-instance-error.js';

const recordSchema = z.object({
	id: z.string(),
	imageId: z.string(),
	instanceType: z.string(),
	vcpus: z.number(),
	memoryMib: z.number(),
	clientToken: z.string(),
	tags: z.record(z.string(), z.string()),
	launchedAt: z.string(),
	privateAddress: z.string(),
	/** Forwarded from the loopback interface to the guest's port 22. */
	sshPort: z.number(),
	/** What joins it to its peers. Left out by versions that had a multicast group for it. */
	network: z.literal('switch').optional(),
});

/** What does not change in the life of an instance: `instance.json` in its folder. */
export type InstanceRecord = Readonly<z.infer<typeof recordSchema>>;

const startedSchema = z.object({
	pid: z.number(),
	bootId: z.string(),
	/** Of qemu.log, when QEMU was up: what comes after is about its end. */
	logBytes: z.number(),
});

/** Written once QEMU was seen running: `started.json`. An instance without it was never handed out. */
export type Started = Readonly<z.infer<typeof startedSchema>>;

const endedSchema = z.object({endedAt: z.string(), reason: z.string()});

/** Written once its process was seen gone: `ended.json`. */
export type Ended = Readonly<z.infer<typeof endedSchema>>;

const terminatingSchema = z.object({askedAt: z.string()});

/** Written when its end was asked for: `terminating.json`. */
export type Terminating = Readonly<z.infer<typeof terminatingSchema>>;

export type InstanceFacts = {
	readonly folder: string;
	readonly record: InstanceRecord;
	readonly started: Started | undefined;
	readonly terminating: Terminating | undefined;
	readonly ended: Ended | undefined;
};

export const instanceIdPattern = /^i-[0-9a-f]{8}$/;

export const instanceFolder = (cloudFolder: string, id: string): string => join(cloudFolder, 'instances', id);

/** Makes the folder of an instance with its record in it; both appear at once. */
export async function createInstanceFolder(cloudFolder: string, record: InstanceRecord): Promise<string> {
	const folder = instanceFolder(cloudFolder, record.id);
	const draft = join(cloudFolder, 'instances', `.new-${record.id}`);
	await mkdir(draft, {recursive: true, mode: 0o700});
	await writeJson(join(draft, 'instance.json'), record);
	await rename(draft, folder);
	return folder;
}

export const rewriteRecord = (folder: string, record: InstanceRecord): Promise<void> =>
	writeJson(join(folder, 'instance.json'), record);
export const writeStarted = (folder: string, started: Started): Promise<void> =>
	writeJson(join(folder, 'started.json'), started);
export const writeTerminating = (folder: string, terminating: Terminating): Promise<void> =>
	writeJson(join(folder, 'terminating.json'), terminating);
export const writeEnded = (folder: string, ended: Ended): Promise<void> => writeJson(join(folder, 'ended.json'), ended);

/** The ids of all instances that have a folder. */
export async function listInstanceIds(cloudFolder: string): Promise<readonly string[]> {
	try {
		const names = await readdir(join(cloudFolder, 'instances'));
		return names.filter(name => instanceIdPattern.test(name)).toSorted();
	} catch (error) {
		if (isMissing(error)) {
			return [];
		}

		throw error;
	}
}

/**
What is written down about an instance; undefined when there is none of that id.

@throws {DamagedInstanceError} When it cannot be understood.
*/
export async function readInstance(cloudFolder: string, id: string): Promise<InstanceFacts | undefined> {
	if (!instanceIdPattern.test(id)) {
		return undefined;
	}

	return readFacts(instanceFolder(cloudFolder, id));
}

export async function readFacts(folder: string): Promise<InstanceFacts | undefined> {
	const [record, started, terminating, ended] = await Promise.all([
		read(folder, 'instance.json', recordSchema),
		read(folder, 'started.json', startedSchema),
		read(folder, 'terminating.json', terminatingSchema),
		read(folder, 'ended.json', endedSchema),
	]);
	return record && {folder, record, started, terminating, ended};
}

async function read<Value>(folder: string, name: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
	const file = join(folder, name);
	try {
		return schema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw new DamagedInstanceError(file, folder, {cause: error});
	}
}
