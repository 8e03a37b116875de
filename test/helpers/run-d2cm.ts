import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';

export type Outcome = {readonly status: number | null; readonly stdout: string; readonly stderr: string};

/** The built program. */
export const d2cmFile = fileURLToPath(new URL('../../../dist/d2cm.js', import.meta.url));

/** Starts the built program with a data folder. */
export function startD2cm(home: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
	if (!existsSync(d2cmFile)) {
		throw new Error(`${d2cmFile} is not there: run node scripts/build.mjs.`);
	}

	return spawn(process.execPath, [d2cmFile, ...words], {
		env: {...process.env, ...env, D2CM_HOME: home},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** Runs the built program to its end. */
export async function runD2cm(home: string, ...words: readonly string[]): Promise<Outcome> {
	const child = startD2cm(home, words);
	if (!child.stdout || !child.stderr) {
		throw new Error('The program has no output.');
	}

	const ended = new Promise<number | null>(resolve => child.once('close', resolve));
	const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
	return {status, stdout, stderr};
}

/** With --json: the one value that was printed. */
export async function askD2cm<T>(home: string, ...words: readonly string[]): Promise<T> {
	const {status, stdout, stderr} = await runD2cm(home, ...words, '--json');
	if (status !== 0) {
		throw new Error(`d2cm ${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
	}

	return JSON.parse(stdout) as T;
}
