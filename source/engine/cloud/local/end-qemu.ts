import {setTimeout as delay} from 'node:timers/promises';
import {findProcess} from './find-process.js';
import {askQemu} from './qmp.js';

/** How long each way of ending QEMU is given before the next, harder one. */
const patienceMs = 3000;
const lookMs = 50;

/**
Ends the QEMU in a folder: asked for, then told, then killed. A guest is not asked to shut down: its disk is thrown away.

@returns Whether it is gone.
*/
export async function endQemu(folder: string): Promise<boolean> {
	const ways = [
		async () => (await askQemu(folder, 'quit')) !== undefined,
		async () => signal(await findProcess(folder), 'SIGTERM'),
		async () => signal(await findProcess(folder), 'SIGKILL'),
	];
	for (const way of ways) {
		if ((await findProcess(folder)) === undefined) {
			return true;
		}

		if ((await way()) && (await isGoneSoon(folder))) {
			return true;
		}
	}

	return (await findProcess(folder)) === undefined;
}

async function isGoneSoon(folder: string): Promise<boolean> {
	for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookMs) {
		if ((await findProcess(folder)) === undefined) {
			return true;
		}

		await delay(lookMs);
	}

	return false;
}

/** Returns whether there was somebody to get it. */
function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
	if (pid === undefined) {
		return false;
	}

	try {
		return process.kill(pid, name);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ESRCH') {
			return false; // It ended meanwhile.
		}

		throw error;
	}
}
