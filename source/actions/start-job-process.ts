import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {open, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {isFileRefusal} from '../engine/host/file-reason.js';
import {jobPaths} from '../store/paths.js';
import {lockHolder} from '../store/process-lock.js';
import {JobStartError} from './errors/job-start-error.js';
import {NoRoomForJobError} from './errors/no-room-errors.js';
import {jobEnvironment} from './job-environment.js';
import type {JobDefinition} from './job-folders.js';
import {jobNodeEnvironment, jobNodeOptions} from './job-node-options.js';

type StartOptions = {
	/** The last beat of a process on another host that was watched for a whole lease. */
	readonly silent?: string | undefined;
	readonly program?: string;
	readonly timeoutMs?: number;
};

/**
Starts a process of its own for a job, which outlives this one, and waits until it has taken the job over. Where another
process is faster, that one is as good.

@throws {JobStartError}
@throws {NoRoomForJobError} Where it could write nothing down.
*/
export async function startJobProcess(
	home: string,
	{kind, folder, definition}: JobDefinition,
	{silent, program = programFile(), timeoutMs = 30_000}: StartOptions = {},
): Promise<void> {
	const {log, lock} = jobPaths(folder);
	await mustHaveRoom(definition.id, folder);
	const environment = await jobEnvironment(home, folder);
	const logFile = await open(log, 'a', 0o600);
	const child = spawn(
		process.execPath,
		[...jobNodeOptions, program, 'job', kind, definition.id, ...(silent === undefined ? [] : ['--silent', silent])],
		{
			cwd: home,
			detached: true,
			env: {
				...environment,
				...jobNodeEnvironment,
				D2CM_HOME: home,
			},
			stdio: ['ignore', 'ignore', logFile.fd],
		},
	);
	const ended = Promise.withResolvers<void>();
	child.once('error', () => ended.resolve());
	child.once('exit', () => ended.resolve());
	child.unref();
	await logFile.close();

	const waiting = new AbortController();
	const begun = await Promise.race([
		ended.promise.then(() => child.exitCode === 0),
		untilHeld(lock, timeoutMs, waiting.signal),
	]);
	waiting.abort();
	if (!begun) {
		throw new JobStartError(definition.id, log, await lastWords(log));
	}
}

/** A lock, the journal and its first records are written before anything can be told. */
async function mustHaveRoom(id: string, folder: string): Promise<void> {
	const probe = join(folder, `.room-${process.pid}`);
	try {
		await writeFile(probe, Buffer.alloc(16 * 1024), {mode: 0o600});
	} catch (error) {
		throw isFileRefusal(error) ? new NoRoomForJobError(id, folder, error) : error;
	} finally {
		await rm(probe, {force: true}).catch(() => undefined);
	}
}

async function untilHeld(lock: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
	for (const deadline = Date.now() + timeoutMs; Date.now() < deadline && !signal.aborted; await sleep(20)) {
		if (await lockHolder(lock)) {
			return true;
		}
	}

	return false;
}

async function lastWords(log: string): Promise<string> {
	const text = await readFile(log, 'utf8').catch(() => '');
	// Not the places in the code, nor Node's own signature.
	const words = text.split('\n').filter(line => /^(?!\s+at |Node\.js v)\S/.test(line));
	return words.at(-1)?.replace(/\.$/, '').slice(0, 300) ?? '';
}

/** The program this code is part of: compiled one folder up, or bundled beside us. */
function programFile(): string {
	const compiled = fileURLToPath(new URL('../cli.js', import.meta.url));
	return existsSync(compiled) ? compiled : fileURLToPath(new URL('d2cm.js', import.meta.url));
}
