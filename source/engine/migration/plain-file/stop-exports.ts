import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {runProgram} from '../../host/run-program.js';
import {mountsBelow} from './mounts-below.js';

const program = 'qemu-storage-daemon';

/** Ends every export of a folder's files, also those of a D2CM that was killed, and takes their mounts away. */
export async function stopExports(folder: string): Promise<void> {
	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		const pids = await exportsOf(folder);
		for (const pid of pids) {
			sendSignal(pid, signal);
		}

		for (let wait = 0; wait < 100 && (await exportsOf(folder)).length > 0; wait++) {
			await delay(30);
		}
	}

	for (const point of await mountsBelow(folder)) {
		await unmount(point);
	}
}

/** Processes of qemu-storage-daemon that have a file of the folder in their arguments. */
export async function exportsOf(folder: string): Promise<readonly number[]> {
	const found: number[] = [];
	for (const name of await readdir('/proc')) {
		if (/^\d+$/.test(name)) {
			const [first = '', ...rest] = await commandLine(Number(name));
			// Its arguments are JSON: the folder stands there as JSON writes it.
			const quoted = JSON.stringify(`${folder}/`).slice(1, -1);
			if (first.endsWith(program) && rest.some(argument => argument.includes(quoted))) {
				found.push(Number(name));
			}
		}
	}

	return found;
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
