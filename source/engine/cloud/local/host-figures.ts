import {readFile, statfs} from 'node:fs/promises';
import {availableParallelism, totalmem} from 'node:os';
import {availableMemory, constrainedMemory} from 'node:process';
import type {HostFigures} from './capacity.js';

const mib = 1024 * 1024;

/** What this machine has now; inside a container no more than it is allowed. */
export async function readHostFigures(folder: string, cpuOvercommit: number): Promise<HostFigures> {
	const disk = await statfs(folder);
	const inHost = parseAvailableMib(await readFile('/proc/meminfo', 'utf8'));
	return {
		totalMemoryMib: Math.min(totalmem(), constrainedMemory() || Infinity) / mib,
		availableMemoryMib: Math.min(inHost, availableMemory() / mib),
		cores: availableParallelism(),
		freeDiskMib: (disk.bavail * disk.bsize) / mib,
		cpuOvercommit,
	};
}

/** `MemAvailable` of /proc/meminfo: free memory and what the kernel would give back for it. */
export function parseAvailableMib(meminfo: string): number {
	return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) / 1024;
}
