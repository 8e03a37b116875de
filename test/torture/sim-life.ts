import {AsyncLocalStorage} from 'node:async_hooks';
import {readdirSync} from 'node:fs';
import type {Clock} from '../../source/engine/host/clock.js';
import {type LockHost, lockTimes} from '../../source/store/lock-host.js';
import {lockHolder, type ProcessLock, tryLock} from '../../source/store/process-lock.js';
import type {ProcessEnd} from './outcome.js';
import type {VirtualClock} from './virtual-clock.js';

/** Never to be resolved; a new one each time: what waits for it is forgotten with it. */
const never = () => new Promise<never>(() => undefined);

/** The process in which something is done, where there are two at a time. */
export const lives = new AsyncLocalStorage<SimLife>();

/** One process of a simulated run: it lives, may be stopped for a while (SIGSTOP), and dies. */
export class SimLife {
	isAlive = true;
	readonly cancel = new AbortController();
	readonly finish = new AbortController();
	/** Settled when it dies by force, or is stopped. */
	readonly struck = Promise.withResolvers<ProcessEnd>();
	/** Settled when it ends, whichever way. */
	ended: Promise<unknown> = never();
	/** Another has its job. */
	isReplaced = false;
	#stopped: PromiseWithResolvers<void> | undefined;

	die(): void {
		this.isAlive = false;
		this.struck.resolve({how: 'killed'});
	}

	/** Comes back when it is to go on. */
	async stop(): Promise<void> {
		this.#stopped ??= Promise.withResolvers();
		this.struck.resolve({how: 'paused'});
		return this.#stopped.promise;
	}

	goOn(): void {
		this.#stopped?.resolve();
		this.#stopped = undefined;
	}

	/** Comes back at once while it is not stopped, and never once it is dead. */
	async goesOn(): Promise<void> {
		await this.#stopped?.promise;
		await (this.isAlive ? undefined : never());
	}
}

/** What a process on a host of its own has: a clock that is off, and a lock that it must be sure of before each effect. */
export type SharedLife = {
	readonly clock: Clock;
	readonly lock: ProcessLock;
	readonly fence: () => Promise<void>;
};

/** Starts a process on a host that shares the folder of a job with others, where the one before may be stopped or dead. */
export async function shareFolder(
	life: SimLife,
	{path, name, virtual, aheadMs}: {path: string; name: string; virtual: VirtualClock; aheadMs: number},
): Promise<SharedLife> {
	const world = virtual.ofProcess(() => life.isAlive);
	const clock: Clock = {
		now: () => new Date(world.now().getTime() + aheadMs),
		async sleep(ms, signal) {
			await world.sleep(ms, signal);
			await life.goesOn();
		},
	};
	const host: LockHost = {
		name,
		place: name,
		machine: name,
		...lockTimes,
		clocks: () => [virtual.passedMs, virtual.passedMs, clock.now().getTime()],
		list: async folder => readdirSync(folder),
		seen: new Map(),
	};
	// It was watched for a lease, in the time that the world was left alone.
	const silent = (await lockHolder(path, host))?.elsewhere?.beat;
	const lock = await tryLock(path, {host, silent});
	if (!lock) {
		throw new Error('The lock of a process that is silent was not to be had.');
	}

	const fence = async () =>
		lock.confirm().catch(async () => {
			life.die();
			await never();
		});
	// In the program that is seconds, and at once when it goes on; seldom here, so that it is the fence that must hold.
	const showLife = async () => {
		for (;;) {
			await clock.sleep(600_000);
			await fence();
		}
	};
	void lives.run(life, showLife);
	return {clock, lock, fence};
}
