import {link, rename, rm, stat} from 'node:fs/promises';
import {type Claim, fateOf, readClaim} from './lock-claim.js';
import type {LockHost} from './lock-host.js';

/*
The lock as versions before the lease knew it: a file that appears whole, by `link`. Whoever holds a lock shows it in this way,
too, so that an older version on the same host keeps away, and heeds what such a version holds. Where the file system has no hard
links, no older version can be at work.
*/

/** The living process of this host, if any, that holds it in the old way. */
export async function olderHolder(path: string, host: LockHost): Promise<Claim | undefined> {
	const claim = await readClaim(path);
	return claim && claim !== 'unreadable' && (await fateOf(claim, path, host)) === 'lives' ? claim : undefined;
}

/**
Shows a claim, which is in a file already.

@returns False when an older version holds the lock.
*/
export async function showToOlder(path: string, file: string, claim: Claim, host: LockHost): Promise<boolean> {
	try {
		return (await linked(file, path)) || (await replaceDead(path, file, claim, host));
	} catch (error) {
		if (linklessCodes.has((error as NodeJS.ErrnoException).code ?? '')) {
			return true;
		}

		throw error;
	}
}

/** What file systems without hard links answer: exFAT, VirtualBox's shared folders, some servers of SMB. */
const linklessCodes: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

export async function hideFromOlder(path: string, {token}: Claim): Promise<void> {
	const found = await readClaim(path);
	if (found && found !== 'unreadable' && found.token === token) {
		await rm(path, {force: true});
	}
}

/**
The lock of a dead process may be replaced only by who holds the lock on that very claim (`<lock>.<token>`), so that of two who
find it stale at once only one replaces it, and neither can remove what a third has taken meanwhile.
*/
async function replaceDead(path: string, file: string, claim: Claim, host: LockHost): Promise<boolean> {
	const found = await tokenAt(path);
	if (found === undefined || (await olderHolder(path, host))) {
		return false;
	}

	const right = `${path}.${found}`;
	if (!((await linked(file, right)) || (await replaceDead(right, file, claim, host)))) {
		return false;
	}

	try {
		// Whoever held the right before us may have replaced it already.
		if ((await tokenAt(path)) !== found) {
			return false;
		}

		const shown = `${file}.shown`;
		await linked(file, shown);
		await rename(shown, path);
		return true;
	} finally {
		await hideFromOlder(right, claim);
	}
}

async function tokenAt(path: string): Promise<string | undefined> {
	const claim = await readClaim(path);
	return claim === 'unreadable' ? `unreadable-${(await stat(path)).ino}` : claim?.token;
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
