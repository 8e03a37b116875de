import {spawn} from 'node:child_process';
import {mkdir, open, readdir, readFile, readlink, realpath, rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {AppError} from '../../errors/app-error.js';
import {isMissing} from '../../host/is-missing.js';
import {MissingProgramError} from '../../host/missing-program-error.js';
import {bootId} from './boot-id.js';

const program = fileURLToPath(new URL('switch-program.js', import.meta.url));
const startTimeoutMs = 20_000;
const mostLogBytes = 64 * 1024;
/** How flock ends when another process holds the lock. */
const heldCode = 75;

/** The guests of a deployment cannot be joined to each other. */
export class SwitchStartError extends AppError {
	override readonly name = 'SwitchStartError';
	override readonly hint = 'Run `d2cm doctor` to check this machine, then try again.';

	constructor(lastWords: string) {
		super(`The private network of the instances could not be started: ${lastWords || 'it ended without a word'}.`);
	}
}

/**
Sees to it that the switch of a private network runs, once on this machine, in a session of its own: it outlives this process, and ends
with the guests. The kernel keeps its lock, so whoever comes next finds it, or starts the next one.

@throws {SwitchStartError} When it does not come up.
*/
export async function keepSwitch(cloudFolder: string, network: string): Promise<void> {
	const lock = await lockFile(cloudFolder, network);
	const instances = await realpath(join(cloudFolder, 'instances'));
	if (await isRunning(lock, instances)) {
		return;
	}

	await mkdir(networksFolder(cloudFolder), {recursive: true, mode: 0o700});
	await (await open(lock, 'a', 0o600)).close(); // flock would let others read it.
	const logFile = `${lock}.log`;
	await using log = await open(logFile, 'a', 0o600);
	if ((await log.stat()).size > mostLogBytes) {
		await log.truncate();
	}

	const {PATH, HOME} = process.env;
	const fromThere = join('..', 'networks', basename(lock));
	const child = spawn(
		'flock',
		[
			...['--nonblock', '--no-fork', '--conflict-exit-code', String(heldCode), fromThere],
			...[process.execPath, '--max-semi-space-size=1', program, network, fromThere],
		],
		{cwd: instances, detached: true, stdio: ['ignore', 'ignore', log.fd], env: {PATH, HOME, LC_ALL: 'C'}},
	);
	const ended = Promise.withResolvers<number>();
	child.once('exit', code => ended.resolve(code ?? 1));
	child.once('error', (error: NodeJS.ErrnoException) =>
		ended.reject(error.code === 'ENOENT' ? new MissingProgramError('flock', {cause: error}) : error),
	);
	child.unref();
	const waiting = new AbortController();
	const isUp = async () => isRunning(lock, instances);
	const code = await Promise.race([ended.promise, untilRuns(isUp, waiting.signal)]).finally(() => waiting.abort());
	if (code === 'runs' || code === heldCode) {
		return;
	}

	throw new SwitchStartError((await readFile(logFile, 'utf8')).trim().split('\n').at(-1)?.slice(0, 300) ?? '');
}

async function untilRuns(isUp: () => Promise<boolean>, signal: AbortSignal): Promise<'runs' | undefined> {
	for (const end = performance.now() + startTimeoutMs; performance.now() < end && !signal.aborted; await delay(20)) {
		if (await isUp()) {
			return 'runs';
		}
	}

	return undefined;
}

/** Forgets the locks of networks that no instance is left of. Only under the lock of the cloud. */
export async function forgetSwitches(cloudFolder: string, networks: ReadonlySet<string>): Promise<void> {
	const folder = networksFolder(cloudFolder);
	try {
		for (const name of await readdir(folder)) {
			if (!networks.has(name.split('.')[0] ?? '')) {
				await rm(join(folder, name), {force: true});
			}
		}
	} catch (error) {
		if (!isMissing(error)) {
			throw error;
		}
	}
}

const networksFolder = (cloudFolder: string): string => join(cloudFolder, 'networks');

/** One for each start of each machine that shares the folder: guests are joined where they run. */
const lockFile = async (cloudFolder: string, network: string): Promise<string> =>
	join(networksFolder(cloudFolder), `${network}.${(await bootId()).slice(0, 8)}`);

/** Whether the process that the lock names is that switch, by its command line and working folder. */
async function isRunning(lock: string, instances: string): Promise<boolean> {
	try {
		const pid = (await readFile(lock, 'latin1')).trim();
		const words = pid === '' ? [] : (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
		return (
			words.at(-2) === join('..', 'networks', basename(lock)) && (await readlink(`/proc/${pid}/cwd`)) === instances
		);
	} catch {
		return false; // There is none, or it is somebody else's.
	}
}
