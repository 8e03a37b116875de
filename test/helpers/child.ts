import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

/** Starts another compiled file of `test/helpers` as a process, e.g. `hammer-store.js`. */
export function startChild(name: string, ...args: readonly string[]): ChildProcess {
	return spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
}

/** Its exit code, or the name of the signal that ended it. */
export async function ended(child: ChildProcess): Promise<number | string> {
	if (child.exitCode === null && child.signalCode === null) {
		await once(child, 'exit');
	}

	return child.exitCode ?? child.signalCode ?? '';
}

/** Waits until it has printed something. */
export async function spoke(child: ChildProcess): Promise<void> {
	if (child.stdout) {
		await once(child.stdout, 'data');
	}
}
