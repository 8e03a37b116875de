import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before} from 'node:test';
import {fileURLToPath} from 'node:url';
import {bundleModule} from './bundle-module.js';

/** Starts another compiled file of `test/helpers` as a process, e.g. `hammer-store.js`. */
export function startChild(name: string, ...args: readonly string[]): ChildProcess {
	return startFile(fileURLToPath(new URL(name, import.meta.url)), ...args);
}

export function startFile(file: string, ...args: readonly string[]): ChildProcess {
	return spawn(process.execPath, [file, ...args], {stdio: ['ignore', 'pipe', 'inherit']});
}

/** Such a file as one bundle in a folder of its own, gone after the tests: with a large library it starts in a third of the time. */
export function bundledChild(name: string): {start(...args: readonly string[]): ChildProcess} {
	let folder = '';
	let program = '';
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'd2cm-child-'));
		program = await bundleModule(fileURLToPath(new URL(name, import.meta.url)), folder);
	});
	after(async () => rm(folder, {recursive: true, force: true}));
	return {start: (...args) => startFile(program, ...args)};
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
