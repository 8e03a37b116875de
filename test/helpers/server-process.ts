import {spawn} from 'node:child_process';
import {randomInt} from 'node:crypto';
import {once} from 'node:events';
import {closeSync, openSync, readFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';

export type ServerProcess = {
	readonly pid: number;
	/** What it has printed so far. */
	log(): string;
	/** Ends it and waits for that. */
	end(): Promise<void>;
};

/** Starts a server that dies with this process, even if that is killed. */
export function startServerProcess(program: string, args: readonly string[], logFile: string): ServerProcess {
	const output = openSync(logFile, 'w');
	const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
		stdio: ['ignore', output, output],
		env: {...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`},
	});
	closeSync(output);
	const exited = once(child, 'exit').catch(() => undefined);
	return {
		pid: child.pid ?? 0,
		log: () => readFileSync(logFile, 'utf8'),
		async end() {
			child.kill('SIGTERM');
			const force = setTimeout(() => child.kill('SIGKILL'), 2000);
			await exited;
			clearTimeout(force);
		},
	};
}

/** Waits until `probe` gives something. A server that says why it does not come is quoted. */
export async function untilServing<T>(
	servers: readonly ServerProcess[],
	probe: () => Promise<T | undefined>,
	patienceMs = 120_000,
): Promise<T> {
	const deadline = Date.now() + patienceMs;
	while (Date.now() < deadline) {
		const found = await probe().catch(() => undefined);
		if (found !== undefined) {
			return found;
		}

		await delay(100);
	}

	throw new Error(`The server does not come.\n${servers.map(server => server.log()).join('\n')}`);
}

/** Ports of 127.0.0.1 that nobody listens on; none that the kernel gives to others by itself before they are used. */
export async function freePorts(count: number): Promise<readonly number[]> {
	const ports = new Set<number>();
	while (ports.size < count) {
		const port = randomInt(12_000, 32_000);
		if (await isFree(port)) {
			ports.add(port);
		}
	}

	return [...ports];
}

async function isFree(port: number): Promise<boolean> {
	return new Promise(resolve => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
