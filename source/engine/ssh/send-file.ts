import {createHash, type Hash} from 'node:crypto';
import {type FileHandle, open} from 'node:fs/promises';
import {onDisk} from '../host/byte-names.js';
import {LocalFileError} from './local-file-error.js';
import {sftpChunkBytes} from './sftp-files.js';
import {requestsAtOnce, type Transfer} from './transfer.js';
import type {TreeFile} from './tree.js';
import {isZero} from './zeros.js';

export type SentFile = {
	readonly sha256: string;
	readonly bytes: number;
	/** It was written to meanwhile: what is there is what we read. */
	readonly hasChanged: boolean;
};

/** What is there of a file already, and the hash of it, which goes on with the rest. */
export type SentPart = {readonly bytes: number; readonly hash: Hash};

/**
Sends a local file as long as it is at the beginning, or the rest of it; gives the SHA-256 and the length of the whole. Of a file with
holes, zeros are not sent: it has holes there, too.
*/
export async function sendFile(
	{sftp, signal, moved}: Transfer,
	localPath: string,
	remotePath: string,
	{entry, start}: {readonly entry: TreeFile; readonly start?: SentPart},
): Promise<SentFile> {
	const file = await local(localPath, async () => open(onDisk(localPath)));
	try {
		const handle = await sftp.open(remotePath, start ? 'r+' : 'w', {mode: 0o600}, signal);
		try {
			const before = await file.stat();
			const {endsInHole, ...sent} = await send(file, handle, before.size);
			const after = await file.stat();
			const {mode, modifiedAt} = entry;
			const size = endsInHole ? {size: sent.bytes} : {};
			await sftp.changeOpen(remotePath, handle, {...size, mode, modifiedAt}, signal);
			await sftp.close(remotePath, handle);
			return {...sent, hasChanged: after.size !== sent.bytes || after.mtimeMs !== before.mtimeMs};
		} catch (error) {
			await sftp.close(remotePath, handle).catch(() => undefined); // The first error says more.
			throw error;
		}
	} finally {
		await file.close();
	}

	async function send(from: FileHandle, handle: Buffer, size: number) {
		const hash = start?.hash ?? createHash('sha256');
		const underWay: Array<Promise<Buffer>> = [];
		let offset = start?.bytes ?? 0;
		let sentTo = offset;
		moved(offset);
		try {
			while (offset < size) {
				// Memory that was sent is used again: new memory for each piece costs as much as its encryption.
				const buffer =
					underWay.length < requestsAtOnce ? Buffer.allocUnsafeSlow(sftpChunkBytes) : await underWay.shift();
				if (!buffer) {
					break;
				}

				const wanted = Math.min(buffer.length, size - offset, entry.holeBytes > 0 ? wholePages : buffer.length);
				const {bytesRead} = await local(localPath, async () => from.read(buffer, 0, wanted, offset));
				if (bytesRead === 0) {
					break;
				}

				const bytes = buffer.subarray(0, bytesRead);
				hash.update(bytes);
				const {first, end} = entry.holeBytes > 0 ? storedPart(bytes) : {first: 0, end: bytesRead};
				if (first < end) {
					underWay.push(write(handle, offset + first, buffer, bytes.subarray(first, end)));
					sentTo = offset + end;
				} else {
					underWay.push(Promise.resolve(buffer));
				}

				moved(bytesRead - Math.max(0, end - first));
				offset += bytesRead;
			}

			await Promise.all(underWay);
		} finally {
			await Promise.allSettled(underWay);
		}

		return {sha256: hash.digest('hex'), bytes: offset, endsInHole: sentTo < offset};
	}

	function write(handle: Buffer, offset: number, buffer: Buffer, bytes: Buffer): Promise<Buffer> {
		const writing = sftp.write(remotePath, handle, offset, bytes, signal).then(() => {
			moved(bytes.length);
			return buffer;
		});
		writing.catch(() => undefined); // It is awaited later; until then its failure is not an unheard one.
		return writing;
	}
}

const page = 4096;
const wholePages = sftpChunkBytes - (sftpChunkBytes % page);

/** Without the pages of zeros at both ends. */
function storedPart(bytes: Buffer): {readonly first: number; readonly end: number} {
	let [first, end] = [0, bytes.length];
	while (first < end && isZero(bytes.subarray(first, Math.min(first + page, end)))) {
		first += page;
	}

	while (end > first && isZero(bytes.subarray(Math.max(first, end - (end % page || page)), end))) {
		end -= end % page || page;
	}

	return {first, end};
}

async function local<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}
