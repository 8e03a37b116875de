import {createHash} from 'node:crypto';
import {appendFileSync} from 'node:fs';
import {mkdir, open, rename} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Cloud} from '../../source/engine/cloud/cloud.js';
import type {Staging} from '../../source/engine/cloud/staging.js';
import {onDisk} from '../../source/engine/host/byte-names.js';
import type {Monitor} from '../../source/engine/monitoring/monitor.js';
import {ConnectionLostError} from '../../source/engine/ssh/connection-lost-error.js';
import {RemoteFileError} from '../../source/engine/ssh/remote-file-error.js';
import {RemoteFileMissingError} from '../../source/engine/ssh/remote-file-missing-error.js';
import type {RemoteTaskRunner, RemoteTaskStatus} from '../../source/engine/ssh/remote-task.js';
import type {ConnectShell, Shell} from '../../source/engine/ssh/shell.js';
import {TaskNotStartedError} from '../../source/engine/ssh/task-not-started-error.js';
import {isFetch, simFetch} from './sim-fetch.js';
import type {SimMachine} from './sim-machine.js';
import type {SimWorld} from './sim-world.js';

/** Everything a process does to the world goes through it, by name. */
export type Operate = <T>(
	place: 'cloud' | 'shell' | 'store',
	name: string,
	act: () => Promise<T>,
	machine?: SimMachine,
) => Promise<T>;

export function simCloud(world: SimWorld, operate: Operate, staging: Staging | undefined): Cloud {
	const {cloud} = world;
	return {
		name: 'sim',
		...(staging && {staging}),
		unseenMs: 150_000,
		instanceTypes: async () => operate('cloud', 'instanceTypes', async () => cloud.instanceTypes()),
		images: async () => operate('cloud', 'images', async () => cloud.images()),
		deregisterImage: async id => operate('cloud', 'deregisterImage', async () => cloud.deregisterImage(id)),
		checkCapacity: async requests => operate('cloud', 'checkCapacity', async () => cloud.checkCapacity(requests)),
		prepare: async owner => operate('cloud', 'prepare', async () => cloud.prepare(owner)),
		reserve: async request => operate('cloud', `reserve ${request.role}`, async () => cloud.reserve(request)),
		describe: async filter => operate('cloud', 'describe', async () => cloud.describe(filter)),
		terminate: async ids => operate('cloud', 'terminate', async () => cloud.terminate(ids)),
		cleanUp: async owner => operate('cloud', 'cleanUp', async () => cloud.cleanUp(owner)),
		consoleOutput: async id => operate('cloud', 'consoleOutput', async () => cloud.consoleOutput(id)),
	};
}

export function simConnect(world: SimWorld, operate: Operate): ConnectShell {
	return async ({name, port, hostKeys}) => {
		const machine = world.machines.find(({number}) => number === port - 2000);
		return operate(
			'shell',
			'connect',
			async () => {
				if (!world.reaches(machine) || hostKeys.length === 0) {
					throw new ConnectionLostError(name, 'connection refused');
				}

				return simShell(world, machine, name, operate);
			},
			machine,
		);
	};
}

type SimShell = Shell & {readonly machine: SimMachine; closeBy(): void};

function simShell(world: SimWorld, machine: SimMachine, name: string, operate: Operate): SimShell {
	let closed = false;
	const reach = async <T>(what: string, act: () => T | Promise<T>): Promise<T> => {
		const mustAnswer = () => {
			if (closed || !world.reaches(machine)) {
				closed = true;
				throw new ConnectionLostError(name, 'it was reset');
			}
		};
		try {
			return await operate(
				'shell',
				what,
				async () => {
					mustAnswer();
					machine.catchUp(world.now());
					return act();
				},
				machine,
			);
		} catch (error) {
			closed ||= error instanceof ConnectionLostError;
			throw error;
		}
	};
	const put = (path: string, content: string) => {
		if (machine.isFull) {
			throw new RemoteFileError(name, path, 'disk-full');
		}

		machine.files.set(path, content);
	};
	return {
		machine,
		get closed() {
			return closed;
		},
		close: () => {
			closed = true;
		},
		closeBy: () => {
			closed = true;
		},
		run: async (command, {input = ''} = {}) =>
			reach(isFetch(input) ? 'fetch' : 'run', async () => {
				if (isFetch(input)) {
					return {code: 0, stdout: await simFetch(world.store, machine, input), stderr: ''};
				}

				const [, from, path] = /^tail -c \+(\d+) -- (\S+) /.exec(command) ?? [];
				const bytes = Buffer.from(machine.files.get(path ?? '') ?? '').subarray(Number(from ?? 1) - 1);
				const stdout = path ? bytes.toString('base64') : '';
				return {code: 0, stdout, stderr: ''};
			}),
		writeFile: async (path, content) => reach('writeFile', () => put(path, String(content))),
		readFile: async path => reach('readFile', () => Buffer.from(machine.files.get(path) ?? '')),
		stat: async path =>
			reach('stat', () => {
				const content = machine.files.get(path);
				return content === undefined
					? undefined
					: {kind: 'file' as const, size: Buffer.byteLength(content), mtimeMs: 0};
			}),
		upload: async (local, remote) =>
			reach('upload', () => {
				put(remote, `content of ${local}`);
				return {files: 1, bytes: 10};
			}),
		download: async (remote, local) => reach('download', async () => bringHome(machine, name, remote, local)),
	};
}

/** Writes as the real one: each file under another name first. */
async function bringHome(machine: SimMachine, name: string, remote: string, local: string) {
	const found = [...machine.files].filter(([path]) => path === remote || path.startsWith(`${remote}/`));
	if (found.length === 0) {
		throw new RemoteFileMissingError(name, remote);
	}

	const sums: Array<{path: string; sha256: string}> = [];
	for (const [path, content] of found) {
		const target = local + path.slice(remote.length);
		await mkdir(onDisk(dirname(target)), {recursive: true});
		const file = await open(onDisk(`${target}.part`), 'w');
		try {
			await file.appendFile(content);
			await file.datasync();
		} finally {
			await file.close();
		}

		await rename(onDisk(`${target}.part`), onDisk(target));
		const sha256 = createHash('sha256').update(content).digest('hex');
		sums.push({path: join(basename(local), path.slice(remote.length)), sha256});
	}

	return {files: found.length, bytes: 10, sums};
}

export function simTasks(world: SimWorld, operate: Operate): RemoteTaskRunner {
	const through = async <T>(shell: Shell, what: string, act: (machine: SimMachine) => T): Promise<T> => {
		const {machine, closeBy} = shell as SimShell;
		return operate(
			'shell',
			what,
			async () => {
				if (shell.closed || !world.reaches(machine)) {
					closeBy();
					throw new ConnectionLostError('an instance', 'it was reset');
				}

				machine.catchUp(world.now());
				return act(machine);
			},
			machine,
		).catch(error => {
			if (error instanceof ConnectionLostError) {
				closeBy();
			}

			throw error;
		});
	};
	return {
		folder: id => `/var/d2cm/${id}`,
		start: async (shell, {id, command}) =>
			through(shell, `start ${id}`, machine => {
				if (machine.isFull) {
					throw new TaskNotStartedError(id, 'No space left on device');
				}

				if (!machine.tasks.has(id)) {
					machine.begin(id, command, world.now());
				}

				return {state: 'running' as const};
			}),
		status: async (shell, ids) =>
			through(shell, 'status', ({tasks}) =>
				ids.map((id): RemoteTaskStatus => {
					const task = tasks.get(id);
					return task?.code === undefined ? {state: task ? 'running' : 'absent'} : {state: 'ended', code: task.code};
				}),
			),
		stop: async (shell, ids) =>
			through(shell, 'stop', ({tasks}) => {
				const running = ids.flatMap(id => tasks.get(id) ?? []).filter(({code}) => code === undefined);
				for (const task of running) {
					task.deeds = [];
					task.code = 143;
				}

				return running.length;
			}),
		lastOutput: async (shell, id) =>
			through(shell, 'output', ({tasks}) => ({stdout: tasks.get(id)?.output ?? '', stderr: ''})),
	};
}

/** Asks the instance and leaves a piece here each time. */
export const simMonitor: Monitor = {
	begin: async ({shell}) => void (await shell.stat('/usr/sbin/collectd')),
	fetch: async ({shell, folder}) => {
		const piece = await shell.readFile('/var/lib/d2cm/collectd');
		await mkdir(folder, {recursive: true});
		appendFileSync(join(folder, 'xport.json'), piece);
	},
	finish: async ({shell}) => void (await shell.stat('/var/lib/d2cm/collectd')),
};
