import {constants, deflateRaw} from 'node:zlib';

/**
Compresses one piece of a stream by itself, in one of libuv's threads. It ends at a byte boundary, so that pieces compressed
at the same time can be put one behind the other and are one deflate stream, as pigz does it.
*/
export async function deflateChunk(chunk: Buffer, level: number): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		// With room for the worst case the whole piece is one task of the thread; by default each 16 KiB of output is.
		const chunkSize = chunk.length + Math.ceil(chunk.length / 1000) + 1024;
		deflateRaw(chunk, {level, chunkSize, finishFlush: constants.Z_SYNC_FLUSH}, (error, deflated) => {
			if (error) {
				reject(error);
			} else {
				resolve(deflated);
			}
		});
	});
}
