import assert from 'node:assert/strict';
import {readdir, readlink} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';

/** How long the switch that joined instances takes at most to see that they are gone. */
const lingerMs = 5000;

/** Fails when a process still works in a folder or below it, as every QEMU of the local cloud does, and every switch. */
export async function noQemuBelow(folder: string): Promise<void> {
	let there = await processesBelow(folder);
	for (const end = performance.now() + lingerMs; there.length > 0 && performance.now() < end; await delay(100)) {
		there = await processesBelow(folder);
	}

	assert.deepEqual(there, [], 'processes are left');
}

/** What works in the folder of a local cloud or below it. */
export async function processesBelow(folder: string): Promise<readonly string[]> {
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
	const there: string[] = [];
	for (const pid of pids) {
		const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
		if (cwd.startsWith(`${folder}/local/`)) {
			there.push(`${pid} in ${cwd}`);
		}
	}

	return there;
}
