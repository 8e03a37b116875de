import {createHash, type Hash} from 'node:crypto';
import {type FileHandle, open} from 'node:fs/promises';
import {LocalFileError} from './local-file-error.js';
import {sftpChunkBytes} from './sftp-files.js';
import {requestsAtOnce, type Transfer} from './transfer.js';

export type SentFile = {readonly sha256: string; readonly bytes: number};

/** What is there of a file already, and the hash of it, which goes on with the rest. */
export type SentPart = {readonly bytes: number; readonly hash: Hash};

/** Sends a local file as it is while we read it, or the rest of it; gives the SHA-256 and the length of the whole. */
export async function sendFile(
	{sftp, signal, moved}: Transfer,
	localPath: string,
	remotePath: string,
	{mode, start}: {readonly mode: number; readonly start?: SentPart},
): Promise<SentFile> {
	const file = await local(localPath, async () => open(localPath));
	try {
		const handle = await sftp.open(remotePath, start ? 'r+' : 'w', {mode: 0o600}, signal);
		try {
			const sent = await send(file, handle);
			await sftp.setMode(remotePath, handle, mode, signal);
			await sftp.close(remotePath, handle);
			return sent;
		} catch (error) {
			await sftp.close(remotePath, handle).catch(() => undefined); // The first error says more.
			throw error;
		}
	} finally {
		await file.close();
	}

	async function send(from: FileHandle, handle: Buffer) {
		const hash = start?.hash ?? createHash('sha256');
		const underWay: Array<Promise<Buffer>> = [];
		let offset = start?.bytes ?? 0;
		moved(offset);
		try {
			for (;;) {
				// Memory that was sent is used again: new memory for each piece costs as much as its encryption.
				const buffer =
					underWay.length < requestsAtOnce ? Buffer.allocUnsafeSlow(sftpChunkBytes) : await underWay.shift();
				if (!buffer) {
					break;
				}

				const {bytesRead} = await local(localPath, async () => from.read(buffer, 0, buffer.length, offset));
				if (bytesRead === 0) {
					break;
				}

				underWay.push(write(handle, offset, buffer, bytesRead));
				hash.update(buffer.subarray(0, bytesRead));
				offset += bytesRead;
			}

			await Promise.all(underWay);
		} finally {
			await Promise.allSettled(underWay);
		}

		return {sha256: hash.digest('hex'), bytes: offset};
	}

	function write(handle: Buffer, offset: number, buffer: Buffer, bytes: number): Promise<Buffer> {
		const writing = sftp.write(remotePath, handle, offset, buffer.subarray(0, bytes), signal).then(() => {
			moved(bytes);
			return buffer;
		});
		writing.catch(() => undefined); // It is awaited later; until then its failure is not an unheard one.
		return writing;
	}
}

async function local<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}
