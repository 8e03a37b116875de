import {readFile, statfs} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {LockHost} from './lock-host.js';
import {isAlive, type ProcessIdentity} from './process-identity.js';

/** Who wants a lock or holds it, as a file beside the lock. Older versions know the first three, and look for no more. */
export type Claim = ProcessIdentity & {
	/** Tells two holdings of one process apart. */
	readonly token: string;
	readonly keepsAway?: boolean;
	/** Left out by versions that knew one host only, as are the next two. */
	readonly host?: string;
	readonly place?: string;
	readonly machine?: string;
};

/** Its name tells whose it is, also when its writer died before it wrote. */
export const claimFile = (path: string, {pid, token}: Pick<Claim, 'pid' | 'token'>): string =>
	`${path}.${pid}.${token}.claim`;

/** Undefined when there is none. One without words, after a power failure, is 'unreadable'. */
export async function readClaim(file: string): Promise<Claim | 'unreadable' | undefined> {
	try {
		return parseClaim(await readFile(file, 'utf8'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

function parseClaim(text: string): Claim | 'unreadable' {
	try {
		const claim = JSON.parse(text) as Partial<Claim> | null;
		return typeof claim?.pid === 'number' && typeof claim.token === 'string' && typeof claim.started === 'string'
			? {
					pid: claim.pid,
					started: claim.started,
					token: claim.token,
					...(claim.keepsAway === true && {keepsAway: true}),
					...(typeof claim.host === 'string' && {host: claim.host}),
					...(typeof claim.place === 'string' && {place: claim.place}),
					...(typeof claim.machine === 'string' && {machine: claim.machine}),
				}
			: 'unreadable';
	} catch {
		return 'unreadable';
	}
}

/**
Whether the process of a claim lives, as far as that can be told from here at once. Of another place nothing can be, except that it
is this machine before it was restarted, and no other machine sees the disk: then nothing of that place lives.
*/
export async function fateOf(claim: Claim, file: string, host: LockHost): Promise<'lives' | 'dead' | 'unknown'> {
	if (claim.place === undefined || claim.place === host.place) {
		return (await isAlive(claim)) ? 'lives' : 'dead';
	}

	const isBeforeRestart =
		claim.machine !== undefined &&
		claim.machine !== '' &&
		claim.machine === host.machine &&
		bootOf(claim.place) !== bootOf(host.place);
	return isBeforeRestart && (await isOnDiskOfOurs(file)) ? 'dead' : 'unknown';
}

const bootOf = (place: string): string => place.split('/', 1)[0] ?? '';

/** File systems that one kernel mounts at a time: ext, XFS, btrfs, tmpfs, F2FS, ZFS. */
const ofOneKernel: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1]);

async function isOnDiskOfOurs(file: string): Promise<boolean> {
	return statfs(dirname(file)).then(
		({type}) => ofOneKernel.has(type),
		() => false,
	);
}
