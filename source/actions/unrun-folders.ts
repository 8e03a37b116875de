import {rm, rmdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import type {Deployment} from '../engine/deployments/deployment.js';
import {writeDeployment} from '../engine/deployments/deployment-file.js';
import {type UnrunDeployment, unrunFile, writeUnrun} from '../engine/deployments/unrun.js';
import {inHome} from '../store/in-home.js';
import type {HomePaths} from '../store/paths.js';
import {makePrivateFolder} from '../store/private-folder.js';
import {waitForLock} from '../store/process-lock.js';
import {UnknownJobError} from './errors/unknown-job-error.js';
import {UnrunDamagedError, UnrunGoneError} from './errors/unrun-errors.js';
import {deploymentFolder, findAny, type UnrunFolder} from './job-folders.js';

export type KnownUnrun = UnrunFolder & {readonly unrun: UnrunDeployment};

/** @throws {UnknownJobError | UnrunGoneError | UnrunDamagedError} */
export async function findUnrun(paths: HomePaths, id: string): Promise<KnownUnrun> {
	const found = await findFolder(paths, id);
	const {unrun} = found;
	if (unrun === 'damaged') {
		throw new UnrunDamagedError(id, join(found.folder, unrunFile));
	}

	return {...found, unrun};
}

export async function makeUnrun(paths: HomePaths, unrun: UnrunDeployment): Promise<UnrunFolder> {
	const {id, template} = unrun;
	const folder = deploymentFolder(paths, {template: template.name, id});
	await inHome(paths.home, async () => {
		await makePrivateFolder(folder);
		await writeUnrun(folder, unrun);
	});
	return {kind: 'unrun', id, template: template.name, folder, unrun};
}

/** @throws {UnknownJobError | UnrunGoneError | UnrunDamagedError} */
export async function changeUnrun(
	paths: HomePaths,
	id: string,
	change: (unrun: UnrunDeployment) => UnrunDeployment,
): Promise<UnrunFolder> {
	return alone(paths, async () => {
		const found = await findUnrun(paths, id);
		const unrun = change(found.unrun);
		await writeUnrun(found.folder, unrun);
		return {...found, unrun};
	});
}

/**
Makes a job of what was planned. It is one from the moment on in which it has a definition, so that a process that dies
before leaves it as it was, and one that dies after leaves a job to resume.

@throws {UnrunGoneError} When another process was faster.
*/
export async function beginUnrun(paths: HomePaths, planned: UnrunDeployment, deployment: Deployment): Promise<string> {
	return alone(paths, async () => {
		const {folder, unrun} = await findUnrun(paths, planned.id);
		if (!isDeepStrictEqual(unrun, planned)) {
			throw UnrunGoneError.changed(planned.id);
		}

		await writeDeployment(folder, deployment);
		await rm(join(folder, unrunFile), {force: true});
		return folder;
	});
}

/** @throws {UnknownJobError | UnrunGoneError} */
export async function deleteUnrun(paths: HomePaths, id: string): Promise<void> {
	await alone(paths, async () => {
		const {folder} = await findFolder(paths, id);
		await rm(folder, {recursive: true, force: true});
		await rmdir(dirname(folder)).catch(() => undefined); // Others of this template are still there.
	});
}

async function findFolder(paths: HomePaths, id: string): Promise<UnrunFolder> {
	const found = await findAny(paths, id);
	if (found.kind === 'migration') {
		throw new UnknownJobError(id);
	}

	if (found.kind === 'deployment') {
		throw UnrunGoneError.started(id);
	}

	return found;
}

/** What is looked at stays as it is until the work on it is done, whatever other processes are asked for. */
async function alone<Value>(paths: HomePaths, work: () => Promise<Value>): Promise<Value> {
	return inHome(paths.home, async () => {
		const lock = await waitForLock(join(paths.home, 'unrun.lock'));
		try {
			return await work();
		} finally {
			await lock.release();
		}
	});
}
