import {createHash} from 'node:crypto';
import {type FileHandle, open} from 'node:fs/promises';
import {LocalFileError} from './local-file-error.js';
import {sftpChunkBytes} from './sftp-files.js';
import {requestsAtOnce, type Transfer} from './transfer.js';

/** Sends a local file as it is while we read it; gives the SHA-256 and the length of what was sent. */
export async function sendFile(
	{sftp, signal, moved}: Transfer,
	localPath: string,
	remotePath: string,
	mode: number,
): Promise<{sha256: string; bytes: number}> {
	const file = await local(localPath, async () => open(localPath));
	try {
		const handle = await sftp.open(remotePath, 'w', {mode: 0o600}, signal);
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
		const hash = createHash('sha256');
		const underWay: Array<Promise<void>> = [];
		let offset = 0;
		try {
			for (;;) {
				const buffer = Buffer.allocUnsafeSlow(sftpChunkBytes);
				const {bytesRead} = await local(localPath, async () => from.read(buffer, 0, buffer.length, offset));
				if (bytesRead === 0) {
					break;
				}

				const chunk = buffer.subarray(0, bytesRead);
				hash.update(chunk);
				const writing = sftp.write(remotePath, handle, offset, chunk, signal).then(() => moved(bytesRead));
				writing.catch(() => undefined); // It is awaited later; until then its failure is not an unheard one.
				underWay.push(writing);
				offset += bytesRead;
				if (underWay.length >= requestsAtOnce) {
					await underWay.shift();
				}
			}

			await Promise.all(underWay);
		} finally {
			await Promise.allSettled(underWay);
		}

		return {sha256: hash.digest('hex'), bytes: offset};
	}
}

async function local<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}
