import {randomUUID} from 'node:crypto';
import {access, mkdir, readdir, rename, rm, rmdir, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Claim, claimFile, fateOf, readClaim} from './lock-claim.js';
import {LockBusyError, LockLostError} from './lock-errors.js';
import {type LockHost, thisHost} from './lock-host.js';
import {hideFromOlder, olderHolder, showToOlder} from './older-lock.js';
import {type ProcessIdentity, processIdentity} from './process-identity.js';

/** Held until it is released, its process ends, or another host has heard nothing of that for a lease. */
export type ProcessLock = {
	readonly path: string;
	/** Whom it was taken from, where nobody could know whether that process still lives. */
	readonly takenFrom: Elsewhere | undefined;
	/**
	Returns while no other process may have it: to be awaited right before each effect.

	@throws {LockLostError}
	*/
	confirm(): Promise<void>;
	release(): Promise<void>;
};

export type LockHolder = ProcessIdentity & {
	/** It does no more than keep others away. */
	readonly keepsAway?: boolean;
	/** Left out where the process can be seen from here. */
	readonly elsewhere?: Elsewhere;
};

/** A process on another host, or in another container. */
export type Elsewhere = {
	/** Empty where it has left no word of itself. */
	readonly host: string;
	readonly pid: number;
	/** How long nothing new of it was seen, by a process of ours. */
	readonly silentMs: number;
	/** The last that was seen of it. */
	readonly beat: string;
};

export type LockOptions = Pick<LockHolder, 'keepsAway'> & {
	/** A holder elsewhere whom a process of ours has watched for a whole lease, with this as its last beat. */
	readonly silent?: string | undefined;
	/** Told once, as soon as it is known. */
	readonly onLost?: (error: LockLostError) => void;
	readonly host?: LockHost;
};

/**
Takes a lock, or returns undefined when a living process holds it.

What is held is a folder, `<lock>.held`, with one file whose name is the holder's beat: `<pid>.<token>.<number>`. The holder counts
the number up. All that changes who holds it is one rename, of which the file system sees to it that only one of many succeeds:

- To take a free lock, a folder with a beat in it is given the name. That fails while a folder with something in it is there.
- To show that one lives, the own beat is renamed to the next. That fails once another has taken it.
- To take over, the very beat that was seen last is renamed to an own one. That fails if the holder has shown since that it lives.
- To release, the own beat is removed, then the folder, if it is empty.

So nothing of it can be done too late: a process that was stopped between a look and a rename finds the name gone. No hard link is
needed, nor that a file is seen whole. NFS does a rename in one go on the server, whatever the clients have kept of it.

On its own host a process is known by number and start, and a dead one is replaced at once. One elsewhere is judged by its beats as
the waiter sees them on its own monotonic clock, so no two clocks are ever compared. An old look (`actimeo`, up to a minute) makes
one wait or fail, and nothing else. The holder counts its lease from before each beat, so it ends before anybody else's can.
*/
export async function tryLock(path: string, options: LockOptions = {}): Promise<ProcessLock | undefined> {
	const {keepsAway = false, silent, host = await thisHost(), onLost} = options;
	const {beat, holder, from} = await untilKnown(path, host, silent);
	if (holder) {
		return undefined;
	}

	const identity = (await processIdentity(process.pid)) ?? {pid: process.pid, started: ''};
	const claim: Claim = {
		...identity,
		token: randomUUID(),
		...(keepsAway && {keepsAway}),
		host: host.name,
		place: host.place,
		machine: host.machine,
	};
	const file = claimFile(path, claim);
	const lock = new HeldLock(path, claim, host, from);
	try {
		await writeFile(file, JSON.stringify(claim), {mode: 0o600, flag: 'wx'});
		if (!(await take(lock, beat))) {
			await rm(file, {force: true});
			return undefined;
		}
	} catch (error) {
		await lock.release();
		throw error;
	}

	lock.keep(onLost);
	await sweep(path, claim, host);
	return lock;
}

/** @throws {LockBusyError} When it could not be had in time. */
export async function waitForLock(
	path: string,
	{timeoutMs = 30_000, host}: {readonly timeoutMs?: number; readonly host?: LockHost} = {},
): Promise<ProcessLock> {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const lock = await tryLock(path, host && {host});
		if (lock) {
			return lock;
		}

		if (performance.now() > deadline) {
			throw new LockBusyError(path, await lockHolder(path, host));
		}

		await sleep(2 + Math.random() * 15);
	}
}

/** The process that holds the lock, if any; one elsewhere is taken to live until it was silent for a lease. */
export async function lockHolder(path: string, host?: LockHost): Promise<LockHolder | undefined> {
	return (await lookAtLock(path, host)).holder;
}

export async function lookAtLock(path: string, host?: LockHost): Promise<LockLook> {
	return lookAt(path, host ?? (await thisHost()));
}

/**
Finds out whether a process that holds the lock lives: at once where that can be seen, else by watching for its next beat, for a
lease at most.
*/
export async function untilKnown(path: string, host?: LockHost, silent?: string): Promise<LockLook> {
	const here = host ?? (await thisHost());
	const first = await lookAt(path, here, silent);
	let look = first;
	for (let pauseMs = 5; look.holder?.elsewhere && look.beat === first.beat; pauseMs = Math.min(pauseMs * 2, 300)) {
		await sleep(pauseMs);
		look = await lookAt(path, here, silent);
	}

	return look;
}

/** Where the lock's holder shows that it lives. */
export const lockFolder = (path: string): string => `${path}.held`;

export type LockLook = {
	/** What stands there; undefined where nothing does. */
	readonly beat?: string;
	/** Who lives, or may. */
	readonly holder?: LockHolder;
	/** Who may live, and was silent for a lease. */
	readonly from?: Elsewhere;
};

async function lookAt(path: string, host: LockHost, silent?: string): Promise<LockLook> {
	const [askedMs] = host.clocks();
	const beat = await beatIn(path, host);
	if (beat === undefined) {
		host.seen.delete(path);
		const older = await olderHolder(path, host);
		return older ? {holder: holderOf(older)} : {};
	}

	const file = claimFile(path, partsOf(beat));
	const claim = await readClaim(file);
	if (claim === undefined && (await beatIn(path, host)) !== beat) {
		return lookAt(path, host, silent); // It was released just now.
	}

	const known = claim === 'unreadable' ? undefined : claim;
	const fate = known ? await fateOf(known, file, host) : 'unknown';
	if (known && fate !== 'unknown') {
		return {beat, ...(fate === 'lives' && {holder: holderOf(known)})};
	}

	if (host.seen.get(path)?.beat !== beat) {
		host.seen.set(path, {beat, sinceMs: host.clocks()[0]});
	}

	const seenMs = Math.max(0, askedMs - (host.seen.get(path)?.sinceMs ?? askedMs));
	const silentMs = beat === silent ? Math.max(seenMs, host.leaseMs) : seenMs;
	const {pid} = partsOf(beat);
	const elsewhere = {host: known?.host ?? '', pid, silentMs, beat};
	return silentMs >= host.leaseMs
		? {beat, from: elsewhere}
		: {beat, holder: {...holderOf({pid, started: '', ...known}), elsewhere}};
}

const holderOf = ({pid, started, keepsAway}: LockHolder): LockHolder => ({pid, started, ...(keepsAway && {keepsAway})});

async function beatIn(path: string, host: LockHost): Promise<string | undefined> {
	try {
		return (await host.list(lockFolder(path))).find(name => beatName.test(name));
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

const beatName = /^(\d+)\.([0-9a-f-]+)\.\d+$/;

function partsOf(beat: string): Pick<Claim, 'pid' | 'token'> {
	const [, pid = '', token = ''] = beatName.exec(beat) ?? [];
	return {pid: Number(pid), token};
}

/** @param found The beat of one who holds it no more. */
async function take(lock: HeldLock, found: string | undefined): Promise<boolean> {
	if (!(await (found === undefined ? lock.appear() : lock.replace(found)))) {
		return false;
	}

	const {path, claim, host} = lock;
	const isOurs = await showToOlder(path, claimFile(path, claim), claim, host);
	if (!isOurs) {
		await lock.leave();
	}

	return isOurs;
}

class HeldLock implements ProcessLock {
	#number = 1;
	#isLost = false;
	/** What the clocks said right before the last beat. */
	#beatAt: readonly number[];
	#beating: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(
		readonly path: string,
		readonly claim: Claim,
		readonly host: LockHost,
		readonly takenFrom: Elsewhere | undefined,
	) {
		this.#beatAt = host.clocks();
	}

	get #beat(): string {
		return `${this.claim.pid}.${this.claim.token}.${this.#number}`;
	}

	/** Takes it where it is free. */
	async appear(): Promise<boolean> {
		const folder = lockFolder(this.path);
		const draft = claimFile(this.path, this.claim).replace(/claim$/, 'draft');
		await mkdir(draft, {mode: 0o700});
		try {
			await writeFile(join(draft, this.#beat), '', {mode: 0o600});
			for (let tries = 1; ; tries++) {
				this.#beatAt = this.host.clocks();
				try {
					await rename(draft, folder);
					return true;
				} catch (error) {
					if (await isThere(join(folder, this.#beat))) {
						return true; // A server that was asked twice, as the first answer was lost.
					}

					if ((await beatIn(this.path, this.host)) !== undefined) {
						return false;
					}

					if (tries === 3) {
						// What an NFS client has kept shows nothing there, and the server has it.
						if (notEmpty.has(codeOf(error))) {
							return false;
						}

						throw error;
					}

					// It was released just now, or a process died as it did so, and this file system replaces no folder by another.
					await removeIfEmpty(folder);
				}
			}
		} finally {
			await rm(draft, {recursive: true, force: true});
		}
	}

	/** Takes it from another, if that has shown nothing new since. */
	async replace(found: string): Promise<boolean> {
		this.#beatAt = this.host.clocks();
		const isOurs = await this.#rename(found, this.#beat);
		if (isOurs) {
			await rm(claimFile(this.path, partsOf(found)), {force: true});
		}

		return isOurs;
	}

	/** Goes on showing that we live. */
	keep(onLost: LockOptions['onLost']): void {
		const show = async () => this.confirm().catch(error => this.#timer && onLost?.(error));
		this.#timer = setInterval(() => void show(), this.host.beatMs).unref();
	}

	async confirm(): Promise<void> {
		if (!this.#isLost && this.#ageMs() < this.host.leaseMs * fresh) {
			return;
		}

		this.#beating ??= this.#next().finally(() => {
			this.#beating = undefined;
		});
		try {
			await this.#beating;
		} catch (error) {
			// For a while that may be the file system's trouble; nobody else can have it before the lease is over.
			if (error instanceof LockLostError || this.#ageMs() > this.host.leaseMs * trusted) {
				throw error instanceof LockLostError ? error : LockLostError.late(this.path, error);
			}
		}
	}

	async release(): Promise<void> {
		clearInterval(this.#timer);
		this.#timer = undefined;
		await this.#beating?.catch(() => undefined);
		await hideFromOlder(this.path, this.claim);
		await this.leave();
		await rm(claimFile(this.path, this.claim), {force: true});
	}

	async leave(): Promise<void> {
		await rm(join(lockFolder(this.path), this.#beat), {force: true});
		await removeIfEmpty(lockFolder(this.path));
	}

	async #next(): Promise<void> {
		const begun = this.host.clocks();
		const [now, next] = [this.#beat, `${this.claim.pid}.${this.claim.token}.${this.#number + 1}`];
		this.#isLost ||= !(await this.#rename(now, next));
		if (this.#isLost) {
			throw LockLostError.taken(this.path);
		}

		this.#number++;
		this.#beatAt = begun;
	}

	async #rename(from: string, to: string): Promise<boolean> {
		const folder = lockFolder(this.path);
		try {
			await rename(join(folder, from), join(folder, to));
			return true;
		} catch (error) {
			if (codeOf(error) !== 'ENOENT') {
				throw error;
			}

			return isThere(join(folder, to)); // As above.
		}
	}

	/** The most that any clock says: one may have been set, another stands still while the machine sleeps. */
	#ageMs(): number {
		return Math.max(...this.host.clocks().map((now, index) => now - (this.#beatAt[index] ?? now)));
	}
}

/** The part of a lease for which a beat is not shown anew for each effect: a second. */
const fresh = 1 / 45;

/** The part for which we go on where the file system does not let us show one: what was sent then arrives before the lease is over. */
const trusted = 0.6;

const isThere = async (path: string): Promise<boolean> =>
	access(path).then(
		() => true,
		() => false,
	);

async function removeIfEmpty(folder: string): Promise<void> {
	try {
		await rmdir(folder);
	} catch (error) {
		if (codeOf(error) !== 'ENOENT' && !notEmpty.has(codeOf(error))) {
			throw error;
		}
	}
}

const notEmpty: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST']);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Removes what processes left that died before they could use it. */
async function sweep(path: string, ours: Claim, host: LockHost): Promise<void> {
	for (const name of await readdir(dirname(path))) {
		const [pid = '', token = '', kind] = name.startsWith(`${basename(path)}.`) ? name.split('.').slice(-3) : [];
		const file = join(dirname(path), name);
		if (token === ours.token) {
			continue;
		}

		if (kind === 'claim') {
			const claim = await readClaim(file);
			const isWhole = claim && claim !== 'unreadable' && claim.token === token;
			const isDead = isWhole ? (await fateOf(claim, file, host)) === 'dead' : !(await processIdentity(Number(pid)));
			if (claim && isDead) {
				await rm(file, {force: true});
			}
		} else if (kind === 'draft' && !(await isThere(claimFile(path, {pid: Number(pid), token})))) {
			await rm(file, {recursive: true, force: true});
		}
	}
}
