import {createHash} from 'node:crypto';
import {constants} from 'node:fs';
import {type FileHandle, open, readdir, realpath, stat} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {dirname} from 'node:path';

/**
By what the system itself tells one file from another. Nobody but root can set when a file was last changed, or choose its number:
of a file with all these the same, the content is the same, too.
*/
export type FileIdentity = {
	readonly device: string;
	readonly inode: string;
	/** When its content, owner or mode was last changed, in nanoseconds since 1970. */
	readonly changedNs: string;
	/** Number of its owner. */
	readonly owner: number;
};

export async function identityOf(file: string | FileHandle): Promise<FileIdentity> {
	const options = {bigint: true} as const;
	const {dev, ino, ctimeNs, uid} = await (typeof file === 'string' ? stat(file, options) : file.stat(options));
	return {device: String(dev), inode: String(ino), changedNs: String(ctimeNs), owner: Number(uid)};
}

export const isSameFile = (one: FileIdentity, other: FileIdentity): boolean =>
	one.device === other.device &&
	one.inode === other.inode &&
	one.changedNs === other.changedNs &&
	one.owner === other.owner;

const chunkBytes = 1024 * 1024;
const zeros = Buffer.alloc(chunkBytes);

/** SHA-256 of what a file holds. A MiB of zeros counts as one byte: of a disk most is empty, and holes are read quickly. */
export async function contentSum(file: string, signal?: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
	const buffer = Buffer.allocUnsafe(chunkBytes);
	for (;;) {
		signal?.throwIfAborted();
		const chunk = buffer.subarray(0, await fill(handle, buffer));
		if (chunk.length === 0) {
			return hash.digest('hex');
		}

		hash.update(chunk.equals(zeros) ? zeros.subarray(0, 1) : chunk);
	}
}

async function fill(handle: FileHandle, buffer: Buffer): Promise<number> {
	for (let filled = 0; ; ) {
		const {bytesRead} = await handle.read(buffer, filled, buffer.length - filled);
		filled += bytesRead;
		if (bytesRead === 0 || filled === buffer.length) {
			return filled;
		}
	}
}

/**
Says which of a file and the folders above it others than this user and root may change; undefined where nobody can. A group that
has the number of the owner is theirs alone, as most systems make it.
*/
export async function whoMayChange(file: string): Promise<string | undefined> {
	for (const path of new Set([file, await realpath(file)])) {
		const open = await openPart(path);
		if (open !== undefined) {
			return open;
		}
	}

	return undefined;
}

async function openPart(file: string): Promise<string | undefined> {
	const {uid} = userInfo();
	for (let [path, isFile] = [file, true]; ; [path, isFile] = [dirname(path), false]) {
		const {mode, uid: owner, gid} = await stat(path);
		if (owner !== 0 && owner !== uid) {
			return `${path} belongs to another user (number ${owner})`;
		}

		// In a folder such as /tmp everybody may only change what is theirs.
		const isSticky = !isFile && (mode & 0o1000) !== 0;
		const isOpen = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== owner && gid !== 0);
		if (isOpen && !isSticky) {
			return `others may write to ${path} (mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`;
		}

		if (path === dirname(path)) {
			return undefined;
		}
	}
}

/** Whether a process has that file open; true where the system does not show it. The number alone may be another file's by now. */
export async function hasOpen(pid: number | undefined, identity: FileIdentity): Promise<boolean> {
	const folder = `/proc/${pid}/fd`;
	const names = await readdir(folder).catch(() => undefined);
	const opened = await Promise.all(
		(names ?? []).map(async name => identityOf(`${folder}/${name}`).catch(() => undefined)),
	);
	return !names?.length || opened.some(one => one !== undefined && isSameFile(one, identity));
}
