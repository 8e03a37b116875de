import {chmod, mkdir, readdir, stat} from 'node:fs/promises';
import {OpenHomeError} from './open-home-error.js';

const isOurs = (name: string) => /^(db\.json|db\.lock|deployments|migrations|local)/.test(name);

/** Makes a folder and what is missing above it, for its owner alone. */
export async function makePrivateFolder(path: string): Promise<void> {
	await mkdir(path, {recursive: true, mode: 0o700});
}

/**
Makes the data folder, or closes it to others. A folder that holds other things is never closed: D2CM_HOME was then
probably set to it by mistake.

@throws {OpenHomeError}
*/
export async function makeHome(home: string): Promise<void> {
	await makePrivateFolder(home);
	if (((await stat(home)).mode & 0o077) === 0) {
		return;
	}

	const names = await readdir(home);
	if (names.length > 0 && !names.some(isOurs)) {
		throw new OpenHomeError(home);
	}

	await chmod(home, 0o700);
}

/** A file that was copied or edited by hand may have become readable to others. */
export async function closeToOthers(file: string): Promise<void> {
	const found = await stat(file).catch(() => undefined);
	if (found && (found.mode & 0o077) !== 0) {
		await chmod(file, 0o600);
	}
}
