import {type FileHandle, open} from 'node:fs/promises';
import {hashFile} from './hash-file.js';
import {LocalFileError} from './local-file-error.js';
import {remoteLargeSum} from './remote-sums.js';
import {sftpChunkBytes} from './sftp-files.js';
import {largeBytes, requestsAtOnce, type Transfer} from './transfer.js';

export type FetchedFile = {
	readonly sha256: string;
	readonly bytes: number;
	/** The instance has computed the same SHA-256 while it came. Otherwise it is to be asked. */
	readonly isVerified: boolean;
};

/**
Fetches a remote file into a local one, from where that ends. As much of it as it has at the beginning: a log may grow for ever.
Chunks are written in order, so the local length always tells what is there.
*/
export async function fetchFile(
	{connection, sftp, signal, moved}: Transfer,
	remotePath: string,
	localPath: string,
	mode: number,
): Promise<FetchedFile> {
	const handle = await sftp.open(remotePath, 'r', {}, signal);
	try {
		const {size, mtime} = await sftp.statOpen(remotePath, handle, signal);
		const file = await open(localPath, 'a+', 0o600).catch(cause => {
			throw new LocalFileError(localPath, {cause});
		});
		try {
			const present = (await file.stat()).size;
			const start = present <= size ? present : 0;
			if (start !== present) {
				await file.truncate(0);
			}

			moved(start);
			const theirs =
				size >= largeBytes ? remoteLargeSum(connection, remotePath, signal).catch(() => undefined) : undefined;
			const fetched = await append(file, handle, start, size);
			await file.chmod(mode | 0o600);
			await file.utimes(mtime, mtime);
			await file.datasync();
			return {...fetched, isVerified: (await theirs) === fetched.sha256};
		} catch (error) {
			throw isSystemError(error) ? new LocalFileError(localPath, {cause: error}) : error;
		} finally {
			await file.close();
		}
	} finally {
		sftp.close(remotePath, handle).catch(() => undefined); // Whatever ended the connection is thrown already.
	}

	async function append(file: FileHandle, handle: Buffer, start: number, size: number) {
		const hash = await hashFile(localPath, start);
		const underWay: Array<Promise<Buffer>> = [];
		const free: Buffer[] = [];
		let asked = start;
		let bytes = start;
		try {
			while (asked < size || underWay.length > 0) {
				while (asked < size && underWay.length < requestsAtOnce) {
					const length = Math.min(sftpChunkBytes, size - asked);
					const reading = sftp.read(remotePath, handle, asked, length, signal, free.pop());
					reading.catch(() => undefined); // It is awaited later; until then its failure is not an unheard one.
					underWay.push(reading);
					asked += length;
				}

				const chunk = await underWay.shift();
				if (!chunk || chunk.length === 0) {
					break; // Shorter than it was.
				}

				hash.update(chunk);
				await file.appendFile(chunk);
				bytes += chunk.length;
				moved(chunk.length);
				if (chunk.length < sftpChunkBytes && bytes < size) {
					break;
				}

				free.push(chunk);
			}
		} finally {
			await Promise.allSettled(underWay);
		}

		return {sha256: hash.digest('hex'), bytes};
	}
}

function isSystemError(error: unknown): boolean {
	return error instanceof Error && 'syscall' in error;
}
