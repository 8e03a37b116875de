import {readdir, readFile, readlink} from 'node:fs/promises';
import {hostname, uptime} from 'node:os';
import {bootId} from './process-identity.js';

/** Where a lock is used: who we are there, what we see and what time it is. Tests put other hosts, clocks and times in its place. */
export type LockHost = {
	/** For sentences. */
	readonly name: string;
	/** Boot and pid namespace. Within one, the number of a process and its start tell whether it lives; containers share a boot. */
	readonly place: string;
	/** Stays through a restart of the machine; empty where it has no id of its own. */
	readonly machine: string;
	/** How often a holder shows that it lives. */
	readonly beatMs: number;
	/** A holder of whom nothing new was seen for so long may be replaced; it stops by itself before that. */
	readonly leaseMs: number;
	/**
	Milliseconds by the monotonic clock, by one that goes on while the machine sleeps, and by the wall clock. Of two looks, the
	greatest difference is the time that may have passed.
	*/
	clocks(): readonly [monotonicMs: number, ...others: number[]];
	list(folder: string): Promise<string[]>;
	/** What was last seen of the holders of each lock, and since when. */
	readonly seen: Map<string, {readonly beat: string; readonly sinceMs: number}>;
};

/**
Renewed fifteen times in a lease. The length is chosen for patience, not for safety: a network file system may show what is a
minute old, a server may be away while it restarts, and who waits should not wait long.
*/
export const lockTimes = {beatMs: 3000, leaseMs: 45_000};

let known: Promise<LockHost> | undefined;

export async function thisHost(): Promise<LockHost> {
	known ??= findOut();
	return known;
}

async function findOut(): Promise<LockHost> {
	const name = hostname();
	const boot = await bootId();
	const [space, id] = await Promise.all([
		readlink('/proc/self/ns/pid').catch(() => ''),
		readFile('/etc/machine-id', 'utf8').catch(() => ''),
	]);
	return {
		name,
		place: boot === '' ? name : `${boot}/${space}`,
		// Machines that were copied share an id, machines of one network hardly a name.
		machine: id.trim() === '' ? '' : `${id.trim()}/${name}`,
		...lockTimes,
		clocks: () => [performance.now(), uptime() * 1000, Date.now()],
		list: async folder => readdir(folder),
		seen: new Map(),
	};
}
