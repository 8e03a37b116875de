import {readdir, readFile, readlink, realpath} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {isMissing} from '../../host/is-missing.js';
import {runProgram} from '../../host/run-program.js';

/**
The process id of the QEMU that runs in the folder of an instance; undefined when there is none. Its command line and its
working folder must agree, so a process that got an old number is never taken for it. A zombie has neither.
*/
export async function findProcess(folder: string): Promise<number | undefined> {
	let home: string;
	try {
		home = await realpath(folder);
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}

	const noted = await notedPid(home);
	if (noted !== undefined && (await isQemuOf(noted, home))) {
		return noted;
	}

	// Between its start and its pid file a process is known by nothing but itself.
	for (const name of await readdir('/proc')) {
		if (/^\d+$/.test(name) && (await isQemuOf(Number(name), home))) {
			return Number(name);
		}
	}

	return undefined;
}

/**
Whether a QEMU has the disk of an instance, though its process cannot be seen from here: on another host that shares the folder, or in
another container. QEMU locks what it writes to (OFD locks, which NFS passes on), and qemu-img minds that.
*/
export async function isDiskInUse(folder: string): Promise<boolean> {
	const {stderr} = await runProgram('qemu-img', ['info', '-f', 'qcow2', 'disk.qcow2'], {cwd: folder, okCodes: [0, 1]});
	return /Failed to get .* lock/.test(stderr);
}

async function notedPid(folder: string): Promise<number | undefined> {
	try {
		return Number((await readFile(join(folder, 'qemu.pid'), 'latin1')).trim()) || undefined;
	} catch {
		return undefined; // QEMU takes it away when it ends by itself.
	}
}

async function isQemuOf(pid: number, folder: string): Promise<boolean> {
	try {
		const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
		return words[words.indexOf('-name') + 1] === basename(folder) && (await readlink(`/proc/${pid}/cwd`)) === folder;
	} catch {
		return false; // It ended meanwhile, or is somebody else's.
	}
}

/** The memory a process has now, in MiB; 0 when it is gone. */
export async function residentMib(pid: number): Promise<number> {
	try {
		const status = await readFile(`/proc/${pid}/status`, 'utf8');
		return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
	} catch {
		return 0;
	}
}
