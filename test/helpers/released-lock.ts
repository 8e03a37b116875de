// The lock as version 0.1.0 has it, which knows one host only: what new locks must keep away and heed.
import {randomUUID} from 'node:crypto';
import {link, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {LockBusyError} from '../../source/store/lock-errors.js';
import {isAlive, type ProcessIdentity, processIdentity} from '../../source/store/process-identity.js';

/** Held until it is released or its process ends, whichever comes first. */
export type ProcessLock = {
	readonly path: string;
	release(): Promise<void>;
};

export type LockHolder = ProcessIdentity & {
	/** It does no more than keep others away. */
	readonly keepsAway?: boolean;
};

/** What stands in a lock file. The token tells two holdings of one process apart. */
type Claim = LockHolder & {readonly token: string};

/**
Takes a lock, or returns undefined when a living process holds it.

A lock is a file that appears whole, by `link`, so that only one of many can make it. The lock of a dead process may be
replaced only by who holds the lock on that very claim (`<lock>.<token>`), so that of two who find it stale at once only
one replaces it, and neither can remove what a third has taken meanwhile.
*/
export async function tryLock(
	path: string,
	{keepsAway = false}: Pick<LockHolder, 'keepsAway'> = {},
): Promise<ProcessLock | undefined> {
	if (await lockHolder(path)) {
		return undefined;
	}

	const identity = (await processIdentity(process.pid)) ?? {pid: process.pid, started: ''};
	const lock = await take(path, {...identity, token: randomUUID(), ...(keepsAway && {keepsAway})});
	if (lock) {
		await sweep(path);
	}

	return lock;
}

/** @throws {LockBusyError} When it could not be had in time. */
export async function waitForLock(path: string, {timeoutMs = 30_000} = {}): Promise<ProcessLock> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const lock = await tryLock(path);
		if (lock) {
			return lock;
		}

		if (Date.now() > deadline) {
			throw new LockBusyError(path, await lockHolder(path));
		}

		await sleep(2 + Math.random() * 15);
	}
}

/** The living process that holds the lock, if any. */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
	const claim = await readClaim(path);
	return claim && (await isAlive(claim)) ? claim : undefined;
}

async function take(path: string, claim: Claim): Promise<ProcessLock | undefined> {
	// Its name tells whose it is, also when its writer died before it wrote.
	const claimFile = `${path}.${claim.pid}.${claim.token}.claim`;
	await writeFile(claimFile, JSON.stringify(claim), {mode: 0o600, flag: 'wx'});
	try {
		const taken = (await linked(claimFile, path)) || (await takeOver(path, claimFile, claim));
		return taken ? {path, release: async () => release(path, claim)} : undefined;
	} finally {
		await rm(claimFile, {force: true});
	}
}

async function takeOver(path: string, claimFile: string, claim: Claim): Promise<boolean> {
	const found = await readClaim(path);
	if (!found || (await isAlive(found))) {
		return false;
	}

	const right = await take(`${path}.${found.token}`, claim);
	if (!right) {
		return false;
	}

	try {
		// Whoever held the right before us may have replaced it already.
		if ((await readClaim(path))?.token !== found.token) {
			return false;
		}

		await rename(claimFile, path);
		return true;
	} finally {
		await right.release();
	}
}

async function release(path: string, claim: Claim): Promise<void> {
	if ((await readClaim(path))?.token === claim.token) {
		await rm(path, {force: true});
	}
}

async function linked(from: string, to: string): Promise<boolean> {
	try {
		await link(from, to);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
			return false;
		}

		throw error;
	}
}

/** Undefined when there is no lock. A lock without words (the power failed) belongs to nobody alive. */
async function readClaim(path: string): Promise<Claim | undefined> {
	try {
		const text = await readFile(path, 'utf8');
		return parseClaim(text) ?? {pid: 0, started: 'unreadable', token: `unreadable-${(await stat(path)).ino}`};
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

function parseClaim(text: string): Claim | undefined {
	try {
		const claim = JSON.parse(text) as Partial<Claim> | null;
		return typeof claim?.pid === 'number' && typeof claim.token === 'string' && typeof claim.started === 'string'
			? {pid: claim.pid, started: claim.started, token: claim.token, ...(claim.keepsAway === true && {keepsAway: true})}
			: undefined;
	} catch {
		return undefined;
	}
}

/** Removes the claims of processes that died before they could use them. */
async function sweep(path: string): Promise<void> {
	const claims = (await readdir(dirname(path))).filter(
		name => name.startsWith(`${basename(path)}.`) && name.endsWith('.claim'),
	);
	for (const name of claims) {
		const file = join(dirname(path), name);
		const claim = await readClaim(file);
		const [pid, token] = name.split('.').slice(-3);
		const isWhole = claim?.token === token;
		if (claim && !(isWhole ? await isAlive(claim) : await processIdentity(Number(pid)))) {
			await rm(file, {force: true});
		}
	}
}
