import assert from 'node:assert/strict';
import {readdir, readlink} from 'node:fs/promises';

/** Fails when a process still works in a folder or below it, as every QEMU of the local cloud does. */
export async function noQemuBelow(folder: string): Promise<void> {
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
	const there = [];
	for (const pid of pids) {
		const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
		if (cwd.startsWith(`${folder}/local/`)) {
			there.push(`${pid} in ${cwd}`);
		}
	}

	assert.deepEqual(there, [], 'processes are left');
}
