import type {FileHandle} from 'node:fs/promises';
import {hashFile} from './hash-file.js';
import {makeAlike, openPart} from './home-tree.js';
import {LocalFileError} from './local-file-error.js';
import type {DataRange, Holes} from './remote-holes.js';
import {remoteLargeSum} from './remote-sums.js';
import {sftpChunkBytes} from './sftp-files.js';
import {largeBytes, requestsAtOnce, type Transfer} from './transfer.js';
import {hashZeros, isZero} from './zeros.js';

export type FetchedFile = {
	readonly sha256: string;
	readonly bytes: number;
	/** The instance has computed the same SHA-256 while it came. Otherwise it is to be asked. */
	readonly isVerified: boolean;
};

/**
Fetches a remote file into a local one, from where that ends. As much of it as it has at the beginning: a log may grow for ever.
Chunks are written in order, so the local length always tells what is there. Holes are neither asked for nor written.
*/
export async function fetchFile(
	{connection, sftp, signal, moved}: Transfer,
	remotePath: string,
	localPath: string,
	mode: number,
	holes?: Holes,
): Promise<FetchedFile> {
	const handle = await sftp.open(remotePath, 'r', {}, signal);
	try {
		const {size, modifiedAt} = await sftp.statOpen(remotePath, handle, signal);
		const file = await openPart(localPath).catch(cause => {
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
			await makeAlike(file, mode | 0o600, modifiedAt);
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
		const underWay: Piece[] = [];
		const free: Buffer[] = [];
		const left = [...(holes?.data ?? [{start: 0, end: size}])];
		let asked = start;
		let bytes = start;
		let isShorter = false;
		const ask = () => {
			while (underWay.length < requestsAtOnce && left[0]) {
				const [{start: from, end}] = left as [DataRange];
				asked = Math.max(asked, from);
				const length = Math.min(sftpChunkBytes, Math.min(end, size) - asked);
				if (length <= 0) {
					left.shift();
					continue;
				}

				const buffer = (length === sftpChunkBytes && free.pop()) || Buffer.allocUnsafeSlow(length);
				const reading = sftp.read(remotePath, handle, asked, length, signal, buffer);
				reading.catch(() => undefined); // It is awaited later; until then its failure is not an unheard one.
				underWay.push({offset: asked, length, buffer, reading});
				asked += length;
			}
		};
		const leaveHole = async (end: number) => {
			await hashZeros(hash, end - bytes, signal);
			await file.truncate(end);
			moved(end - bytes);
			bytes = end;
		};
		try {
			for (ask(); !isShorter && underWay[0]; ask()) {
				const [{offset, length, buffer, reading}] = underWay as [Piece];
				const chunk = await reading;
				underWay.shift();
				isShorter = chunk.length < length;
				if (offset > bytes) {
					await leaveHole(offset);
				}

				if (holes && isZero(chunk)) {
					await leaveHole(bytes + chunk.length);
				} else {
					hash.update(chunk);
					await file.write(chunk, 0, chunk.length, bytes);
					bytes += chunk.length;
					moved(chunk.length);
				}

				if (buffer.length === sftpChunkBytes) {
					free.push(buffer);
				}
			}
		} finally {
			await Promise.allSettled(underWay.map(({reading}) => reading));
		}

		if (!isShorter && bytes < size) {
			await leaveHole(size);
		}

		return {sha256: hash.digest('hex'), bytes};
	}
}

type Piece = {
	readonly offset: number;
	readonly length: number;
	readonly buffer: Buffer;
	readonly reading: Promise<Buffer>;
};

function isSystemError(error: unknown): boolean {
	return error instanceof Error && 'syscall' in error;
}
