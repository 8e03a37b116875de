import {open} from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/** A file from its beginning. Each chunk is gone when the next one is asked for: they share one buffer. */
export async function* fileChunks(path: string): AsyncIterable<Buffer> {
	const handle = await open(path, 'r');
	try {
		const buffer = Buffer.allocUnsafeSlow(chunkBytes);
		for (;;) {
			const {bytesRead} = await handle.read(buffer, 0, chunkBytes);
			if (bytesRead === 0) {
				return;
			}

			yield buffer.subarray(0, bytesRead);
		}
	} finally {
		await handle.close();
	}
}
