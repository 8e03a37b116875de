import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {runProgram} from '../../host/run-program.js';
import {mountsBelow} from './mounts-below.js';

const program = 'qemu-storage-daemon';

/** Ends every export of a folder's files, also those of a D2CM that was killed, and takes their mounts away. */
export async function stopExports(folder: string): Promise<void> {
	let pids = await exportsOf(folder);
	for (let tries = 0; pids.length > 0 && tries < 200; tries++) {
		for (const pid of pids) {
			sendSignal(pid, tries < 100 ? 'SIGTERM' : 'SIGKILL');
		}

		await delay(30);
		pids = await exportsOf(folder);
	}

	for (const point of await mountsBelow(folder)) {
		await unmount(point);
	}
}

/** Processes of qemu-storage-daemon that have a file of the folder in their arguments. */
export async function exportsOf(folder: string): Promise<readonly number[]> {
	// Its arguments are JSON: the folder stands there as JSON writes it.
	const quoted = JSON.stringify(`${folder}/`).slice(1, -1);
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
	const owned = await Promise.all(
		pids.map(async pid => {
			const [first = '', ...rest] = await commandLine(pid);
			return first.endsWith(program) && rest.some(argument => argument.includes(quoted));
		}),
	);
	return pids.filter((_, index) => owned[index]);
}

async function commandLine(pid: number): Promise<readonly string[]> {
	try {
		return (await readFile(join('/proc', String(pid), 'cmdline'), 'utf8')).split('\0');
	} catch {
		return []; // It has ended meanwhile.
	}
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
			throw error;
		}
	}
}

/** A dead FUSE mount answers every access with an error until it is taken away. */
async function unmount(point: string): Promise<void> {
	await runProgram('fusermount3', ['-u', '-z', point], {okCodes: [0, 1], timeoutMs: 10_000});
	if ((await mountsBelow(join(point, '..'))).includes(point)) {
		await runProgram('umount', ['-l', point], {timeoutMs: 10_000});
	}
}
