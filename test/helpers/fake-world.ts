import {createHash} from 'node:crypto';
import {mkdirSync, renameSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {CapacityError} from '../../source/engine/cloud/capacity-error.js';
import {type Cloud, type Instance, type InstanceState, tagNames} from '../../source/engine/cloud/cloud.js';
import type {Staging} from '../../source/engine/cloud/staging.js';
import type {Clock} from '../../source/engine/host/clock.js';
import type {Monitor} from '../../source/engine/monitoring/monitor.js';
import {ConnectionLostError} from '../../source/engine/ssh/connection-lost-error.js';
import type {KeyPair} from '../../source/engine/ssh/make-key-pair.js';
import {RemoteFileMissingError} from '../../source/engine/ssh/remote-file-missing-error.js';
import type {RemoteTaskRunner, RemoteTaskStatus} from '../../source/engine/ssh/remote-task.js';
import type {ConnectShell, Shell} from '../../source/engine/ssh/shell.js';
import {fakeFetch, whileLiving} from './fake-fetch.js';
import {quickRsaKeyPair} from './quick-rsa-key.js';
import {scaledClock} from './scaled-clock.js';

/** The process is dead: nothing it still tries has an effect. */
export class SimulatedCrash extends Error {}

type FakeTask = {readonly command: string; code: number | undefined; output: string};

export type FakeInstance = {
	readonly id: string;
	readonly role: string;
	/** In the order of the reservations, from 1. */
	readonly number: number;
	state: InstanceState;
	stateReason: string | undefined;
	readonly description: Omit<Instance, 'state' | 'stateReason'>;
	readonly userData: string;
	readonly files: Map<string, string>;
	readonly tasks: Map<string, FakeTask>;
	/** When its lease was renewed, in milliseconds of the world. */
	readonly renewals: number[];
	/** Connections that will be refused before one is made. */
	refusals: number;
};

export type Trouble = {
	/** Roles whose reservation is refused for lack of capacity. */
	readonly refuseRoles?: readonly string[];
	/** Numbers of instances that go from pending to terminated. */
	readonly dieAtStart?: readonly number[];
	/** What instances, by their numbers, write to their consoles. */
	/** What the cloud calls some instances, by number. */
	readonly ids?: Readonly<Record<number, string>>;
	readonly consoles?: Readonly<Record<number, string>>;
	/** Numbers of instances whose sshd never comes. */
	readonly withoutSsh?: readonly number[];
	/** Numbers of instances that never end, whatever is asked. */
	readonly immortal?: readonly number[];
	readonly refuseCapacity?: boolean;
	/** Uploads go on until they are ended. */
	readonly hangUploads?: boolean;
	readonly refuseCleanUp?: boolean;
	/** Results that are there and that the login user may not read. */
	readonly unreadable?: readonly string[];
	/** Instances do not reach the bucket. */
	readonly noFetch?: boolean;
	/** Called before each reservation is made. */
	readonly beforeReserve?: (role: string) => void | Promise<void>;
};

/** Its seconds are short: most of them are waited for. */
export const worldClock = scaledClock(400);

/**
A cloud with instances, all in memory, for the logic of a deployment: it outlives the processes that use it. Its instances
understand a language of few words, a command a line: `write PATH TEXT`, `append PATH TEXT`, `exit CODE`, `hang`.
*/
export class FakeWorld {
	readonly instances: FakeInstance[] = [];
	/** In order: what had an effect outside of D2CM. */
	readonly effects: string[] = [];
	/** With an object store, where large inputs are staged. */
	staging: Staging | undefined;
	/** Tries of instances to get something out of it. */
	fetches = 0;
	readonly #tokens = new Map<string, readonly string[]>();
	readonly #prepared = new Set<string>();
	trouble: Trouble;

	constructor(trouble: Trouble = {}) {
		this.trouble = trouble;
	}

	get live(): readonly FakeInstance[] {
		return this.instances.filter(({state}) => state !== 'terminated');
	}

	get prepared(): readonly string[] {
		return [...this.#prepared];
	}

	instance(role: string, index: number): FakeInstance {
		const found = this.instances.filter(instance => instance.role === role)[index - 1];
		if (!found) {
			throw new Error(`There is no ${role} ${index}.`);
		}

		return found;
	}

	/** The world as one process reaches it: through `mustLive`, which throws once the process is dead. */
	process(mustLive: () => void = () => undefined): {
		readonly cloud: Cloud;
		readonly connect: ConnectShell;
		readonly tasks: RemoteTaskRunner;
		readonly monitor: Monitor;
		readonly clock: Clock;
		readonly makeRsaKeyPair: (comment: string) => Promise<KeyPair>;
	} {
		return {
			makeRsaKeyPair: quickRsaKeyPair,
			cloud: this.#cloud(mustLive),
			connect: this.#connect(mustLive),
			tasks: this.#tasks(mustLive),
			monitor: this.#monitor(mustLive),
			clock: {
				now: worldClock.now,
				async sleep(ms, signal) {
					mustLive();
					await worldClock.sleep(ms, signal);
					mustLive();
				},
			},
		};
	}

	#cloud(mustLive: () => void): Cloud {
		const seen = (instance: FakeInstance): Instance => {
			if (instance.state === 'pending') {
				const dies = this.trouble.dieAtStart?.includes(instance.number);
				instance.state = dies ? 'terminated' : 'running';
				instance.stateReason = dies ? 'Server.InsufficientInstanceCapacity' : undefined;
				return {...instance.description, state: 'pending'};
			}

			const {state, stateReason, description} = instance;
			return {
				...description,
				state,
				...(stateReason !== undefined && {stateReason}),
				...(state === 'running' && {
					privateAddress: `10.0.0.${instance.number}`,
					ssh: {host: '127.0.0.1', port: 2000 + instance.number},
				}),
			};
		};

		return {
			name: 'fake',
			...(this.staging && {staging: {...this.staging, store: whileLiving(this.staging.store, mustLive)}}),
			instanceTypes: async () => [{name: 'fake.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0.01}],
			images: async () => [],
			deregisterImage: async () => undefined,
			checkCapacity: async () => {
				mustLive();
				if (this.trouble.refuseCapacity) {
					throw new CapacityError('There is room for 1 instance and 3 were asked for.');
				}
			},
			prepare: async ({launchKey}) => {
				mustLive();
				this.#prepared.add(launchKey);
			},
			reserve: async request => {
				mustLive();
				await this.trouble.beforeReserve?.(request.role);
				mustLive();
				if (!this.#prepared.has(request.owner.launchKey)) {
					throw new Error('InvalidKeyPair.NotFound');
				}

				if (this.trouble.refuseRoles?.includes(request.role)) {
					throw new CapacityError(`No room for ${request.count} x ${request.instanceType}.`);
				}

				if (!this.#tokens.has(request.clientToken)) {
					const made = Array.from({length: request.count}, () => this.#make(request));
					this.#tokens.set(
						request.clientToken,
						made.map(({id}) => id),
					);
					this.effects.push(`reserve ${request.role}`);
				}

				const ids = this.#tokens.get(request.clientToken) ?? [];
				return this.instances
					.filter(({id}) => ids.includes(id))
					.map(({description, state}) => ({...description, state}));
			},
			describe: async filter => {
				mustLive();
				return this.instances
					.filter(({description: {id, tags}}) =>
						'ids' in filter
							? filter.ids.includes(id)
							: Object.entries(filter.tags).every(([tag, value]) => tags[tag] === value),
					)
					.map(seen);
			},
			terminate: async ids => {
				mustLive();
				for (const instance of this.instances.filter(({id}) => ids.includes(id))) {
					if (!this.trouble.immortal?.includes(instance.number)) {
						instance.state = 'terminated';
					}
				}
			},
			cleanUp: async ({launchKey}) => {
				mustLive();
				if (this.trouble.refuseCleanUp) {
					throw new Error('DependencyViolation');
				}

				this.#prepared.delete(launchKey);
			},
			consoleOutput: async id => {
				mustLive();
				const number = this.instances.find(instance => instance.id === id)?.number ?? 0;
				return this.trouble.consoles?.[number] ?? `\u001b[2JGRUB loading\nkernel panic on ${id}\n`;
			},
		};
	}

	#make(request: Parameters<Cloud['reserve']>[0]): FakeInstance {
		const number = this.instances.length + 1;
		const id = this.trouble.ids?.[number] ?? `i-${number.toString(16).padStart(8, '0')}`;
		const instance: FakeInstance = {
			id,
			role: request.role,
			number,
			state: 'pending',
			stateReason: undefined,
			description: {
				id,
				imageId: request.imageId,
				instanceType: request.instanceType,
				clientToken: request.clientToken,
				tags: {
					[tagNames.installation]: request.owner.installation,
					[tagNames.deployment]: request.owner.launchKey,
					[tagNames.role]: request.role,
				},
				launchedAt: new Date().toISOString(),
			},
			userData: request.userData,
			files: new Map(),
			tasks: new Map(),
			renewals: [],
			refusals: this.trouble.withoutSsh?.includes(number) ? Number.POSITIVE_INFINITY : 1,
		};
		this.instances.push(instance);
		return instance;
	}

	#connect(mustLive: () => void): ConnectShell {
		return async ({name, port, hostKeys}) => {
			mustLive();
			const instance = this.instances.find(({number}) => number === port - 2000);
			if (instance?.state !== 'running' || instance.refusals-- > 0 || hostKeys.length === 0) {
				throw new ConnectionLostError(name, 'connection refused');
			}

			return this.#shell(instance, name, mustLive);
		};
	}

	#shell(instance: FakeInstance, name: string, mustLive: () => void): Shell & {readonly instance: FakeInstance} {
		let closed = false;
		const reach = () => {
			mustLive();
			if (closed || instance.state !== 'running' || instance.refusals > 0) {
				closed = true;
				throw new ConnectionLostError(name, 'it was reset');
			}
		};
		const {files} = instance;
		const unreadable = () => this.trouble.unreadable ?? [];
		const fetch = async (script: string) => {
			const answer = this.staging && (await fakeFetch(this.staging.store, files, script));
			this.fetches += answer === undefined ? 0 : 1;
			return answer && this.trouble.noFetch ? 'd2cm: partial curl 7 0 0' : answer;
		};
		return {
			instance,
			get closed() {
				return closed;
			},
			close: () => {
				closed = true;
			},
			async run(command, {input = ''} = {}) {
				reach();
				if (command.includes('/lease/renew')) {
					instance.renewals.push(worldClock.now().getTime());
				}

				const fetched = await fetch(input);
				if (fetched !== undefined) {
					return {code: 0, stdout: fetched, stderr: ''};
				}

				// Of the scripts of the engine it understands the one thing that can be seen from outside.
				const known = /^known='([^']*)'$/m.exec(input)?.[1] ?? '';
				for (const [, path = '', content = known] of input.matchAll(
					/^put (\S+) (?:'([^']*)'|"\$known") \|\| exit$/gm,
				)) {
					files.set(path.replaceAll('"', '').replace('$HOME', '/root'), content);
				}

				const [, from, path] = /^tail -c \+(\d+) -- (\S+) /.exec(command) ?? [];
				const piece =
					path === undefined
						? ''
						: Buffer.from(files.get(path) ?? '')
								.subarray(Number(from) - 1)
								.toString('base64');
				return {code: 0, stdout: piece, stderr: ''};
			},
			async writeFile(path, content) {
				reach();
				files.set(path, String(content));
			},
			async readFile(path) {
				reach();
				return Buffer.from(files.get(path) ?? '');
			},
			async stat(path) {
				reach();
				const content = files.get(path);
				return content === undefined ? undefined : {kind: 'file', size: Buffer.byteLength(content), mtimeMs: 0};
			},
			upload: async (local, remote, options) => {
				reach();
				if (this.trouble.hangUploads) {
					await worldClock.sleep(1e9, options?.signal);
				}

				files.set(remote, `content of ${local}`);
				return {files: 1, bytes: 10};
			},
			async download(remote, local) {
				reach();
				const there = [...files].filter(([path]) => path === remote || path.startsWith(`${remote}/`));
				if (there.length === 0) {
					throw new RemoteFileMissingError(name, remote);
				}

				const isClosed = ([path]: readonly [string, string]) => unreadable().includes(path);
				const found = there.filter(entry => !isClosed(entry));
				const missing = there
					.filter(isClosed)
					.map(([path]) => ({path: path.slice(remote.length + 1), text: 'cannot be read: permission denied'}));
				return {
					...(missing.length > 0 && {missing}),
					files: found.length,
					bytes: 10,
					sums: found.map(([path, content]) => {
						const target = local + path.slice(remote.length);
						mkdirSync(dirname(target), {recursive: true});
						writeFileSync(`${target}.part`, content);
						renameSync(`${target}.part`, target);
						return {
							path: join(basename(local), path.slice(remote.length)),
							sha256: createHash('sha256').update(content).digest('hex'),
						};
					}),
				};
			},
		};
	}

	#tasks(mustLive: () => void): RemoteTaskRunner {
		const instanceOf = (shell: Shell) => {
			mustLive();
			const {instance} = shell as Shell & {readonly instance: FakeInstance};
			if (shell.closed || instance.refusals > 0) {
				shell.close();
				throw new ConnectionLostError('an instance', 'it was closed');
			}

			return instance;
		};
		return {
			folder: id => `/root/.d2cm/${id}`,
			start: async (shell, {id, command, environment}) => {
				const instance = instanceOf(shell);
				if (!instance.tasks.has(id)) {
					this.effects.push(`${environment.D2CM_ROLE}-${environment.D2CM_INDEX} ${id}`);
					instance.tasks.set(id, runFake(instance, command));
					instance.files.set(`/root/.d2cm/${id}/out`, 'output\n');
				}

				return {state: 'running'};
			},
			status: async (shell, ids) => {
				const {tasks} = instanceOf(shell);
				return ids.map((id): RemoteTaskStatus => {
					const task = tasks.get(id);
					return task?.code === undefined ? {state: task ? 'running' : 'absent'} : {state: 'ended', code: task.code};
				});
			},
			stop: async (shell, ids) => {
				const {tasks} = instanceOf(shell);
				const running = ids.flatMap(id => tasks.get(id) ?? []).filter(({code}) => code === undefined);
				for (const task of running) {
					task.code = 143;
				}

				return running.length;
			},
			lastOutput: async (shell, id) => ({stdout: '', stderr: instanceOf(shell).tasks.get(id)?.output ?? ''}),
		};
	}

	#monitor(mustLive: () => void): Monitor {
		const note =
			(what: string) =>
			async ({name}: {readonly name: string}) => {
				mustLive();
				this.effects.push(`monitor ${what} ${name}`);
			};
		return {begin: note('begin'), fetch: note('fetch'), finish: note('finish')};
	}
}

function runFake({files}: FakeInstance, command: string): FakeTask {
	const task: FakeTask = {command, code: 0, output: ''};
	for (const line of command.split('\n')) {
		const [word, first = '', ...rest] = line.trim().split(' ');
		if (word === 'write' || word === 'append') {
			files.set(first, `${word === 'append' ? (files.get(first) ?? '') : ''}${rest.join(' ')}\n`);
		} else if (word === 'exit') {
			return {...task, code: Number(first), output: `about to exit with ${first}\n`};
		} else if (word === 'hang') {
			return {...task, code: undefined};
		}
	}

	return task;
}
