import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {CancelledError} from '../errors/cancelled-error.js';
import {FullDiskError} from './full-disk-error.js';
import {MissingProgramError} from './missing-program-error.js';
import {ProgramFailedError} from './program-failed-error.js';

export type RunOptions = {
	readonly cwd?: string;
	/** Written to the program's standard input, which is then closed. */
	readonly input?: string;
	/** Kills the program when aborted. */
	readonly signal?: AbortSignal | undefined;
	/** Kills the program after this time, in milliseconds. Left out: no limit. */
	readonly timeoutMs?: number;
	/** Exit codes that are not a failure. Default: only 0. */
	readonly okCodes?: readonly number[];
	/** Hears each whole line of standard error as it comes. */
	readonly onErrorLine?: (line: string) => void;
	/** Leaves it the user's environment whole, proxies and their passwords, too: it installs packages for them. */
	readonly keepsEnvironment?: boolean;
};

export type ProgramOutput = {readonly code: number; readonly stdout: string; readonly stderr: string};

const mostOutput = 16 * 1024 * 1024;

/** The environment of what we run: no program that looks at a disk or makes a key needs a proxy or a key of a cloud. */
export const withoutSecrets = (): NodeJS.ProcessEnv =>
	Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$|^AWS_|SECRET|TOKEN|PASSW/i.test(name)));

/**
Runs a program without a shell and waits for its end.

@throws {MissingProgramError} When it is not installed.
@throws {ProgramFailedError} When it exits with another code than `okCodes`, is killed or takes too long.
@throws {FullDiskError} When it says that it could not write.
@throws {CancelledError} When `signal` is aborted.
*/
export async function runProgram(
	file: string,
	args: readonly string[],
	{cwd, input, signal, timeoutMs, okCodes = [0], onErrorLine, keepsEnvironment = false}: RunOptions = {},
): Promise<ProgramOutput> {
	if (signal?.aborted) {
		throw new CancelledError();
	}

	return new Promise((resolve, reject) => {
		const child = spawn(file, args, {
			cwd,
			env: {
				...(keepsEnvironment ? process.env : withoutSecrets()),
				LC_ALL: 'C',
				PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
			},
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		let timedOut = false;
		const stop = () => child.kill('SIGKILL');
		const expire = () => {
			timedOut = true;
			stop();
		};
		const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
		signal?.addEventListener('abort', stop, {once: true});

		const stdout = collect(child.stdout);
		const stderr = collect(child.stderr);
		if (onErrorLine) {
			createInterface({input: child.stderr}).on('line', onErrorLine);
		}

		const settle = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', stop);
		};

		child.once('error', (error: NodeJS.ErrnoException) => {
			settle();
			reject(error.code === 'ENOENT' ? new MissingProgramError(file, {cause: error}) : error);
		});
		child.once('close', code => {
			settle();
			if (signal?.aborted) {
				reject(new CancelledError());
			} else if (code !== null && okCodes.includes(code)) {
				resolve({code, stdout: stdout(), stderr: stderr()});
			} else {
				const words = timedOut ? `it did not end within ${timeoutMs} ms` : stderr();
				const failure = new ProgramFailedError(file, code ?? undefined, stdout(), words);
				reject(isFullDisk(stdout() + words) ? new FullDiskError(`what ${file} makes`, {cause: failure}) : failure);
			}
		});
		child.stdin.on('error', () => undefined); // It may end without having read its input; its exit code tells.
		child.stdin.end(input ?? '');
	});
}

/** Says whether words of a program (in English, as `runProgram` has them) blame a full disk. */
export const isFullDisk = (words: string): boolean => /No space left on device|Disk quota exceeded/.test(words);

/** Keeps the last 16 MiB of a stream as text. */
function collect(stream: NodeJS.ReadableStream): () => string {
	const chunks: Buffer[] = [];
	let size = 0;
	stream.on('data', (chunk: Buffer) => {
		chunks.push(chunk);
		size += chunk.length;
		while (size > mostOutput && chunks.length > 1) {
			size -= chunks.shift()?.length ?? 0;
		}
	});
	return () => Buffer.concat(chunks).toString('utf8');
}
