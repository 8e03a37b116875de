import type {FileHandle} from 'node:fs/promises';

/** Reads `length` bytes of a file; fewer only where it ends. */
export async function readFully(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
	const buffer = Buffer.allocUnsafe(length); // Only what was read of it is given away.
	let done = 0;
	while (done < length) {
		const {bytesRead} = await handle.read(buffer, done, length - done, offset + done);
		if (bytesRead === 0) {
			return buffer.subarray(0, done);
		}

		done += bytesRead;
	}

	return buffer;
}
