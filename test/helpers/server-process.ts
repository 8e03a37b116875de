import {spawn} from 'node:child_process';
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

/** Ports of 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
	const servers = await Promise.all(
		Array.from({length: count}, async () => {
			const server = createServer().listen(0, '127.0.0.1');
			await once(server, 'listening');
			return server;
		}),
	);
	return Promise.all(
		servers.map(async server => {
			const address = server.address();
			server.close();
			await once(server, 'close');
			return typeof address === 'object' && address ? address.port : 0;
		}),
	);
}
