import {createHash} from 'node:crypto';
import type {BufferPool} from './buffer-pool.js';
import {SourceSizeError} from './errors/source-size-error.js';

export type Part = {
	/** From 1. */
	readonly number: number;
	/** Of a buffer of the pool; whoever takes the part gives it back. */
	readonly body: Buffer;
	readonly buffer: Buffer;
	/** In hex. */
	readonly md5: string;
};

export type PartsWanted = {
	readonly key: string;
	/** Of the whole; the most it can be where `isExact` is false. */
	readonly bytes: number;
	readonly isExact?: boolean;
	readonly partBytes: number;
	readonly pool: BufferPool;
};

/**
Cuts a stream of chunks into parts of one size; the last may be smaller.

@throws {SourceSizeError} When the stream is longer than was said, or not exactly so long.
*/
export async function* readParts(
	source: AsyncIterable<Uint8Array>,
	{key, bytes, isExact = true, partBytes, pool}: PartsWanted,
): AsyncIterable<Part> {
	let number = 0;
	let done = 0;
	let used = 0;
	let buffer: Buffer | undefined;
	let hash = createHash('md5');
	for await (const chunk of source) {
		let rest = chunk;
		if (done + used + rest.length > bytes) {
			throw new SourceSizeError(key, bytes, done + used + rest.length);
		}

		while (rest.length > 0) {
			buffer ??= await pool.take();
			const piece = rest.subarray(0, Math.min(rest.length, partBytes - used));
			buffer.set(piece, used);
			hash.update(piece);
			used += piece.length;
			rest = rest.subarray(piece.length);
			if (used === partBytes || done + used === bytes) {
				number++;
				done += used;
				yield {number, body: buffer.subarray(0, used), buffer, md5: hash.digest('hex')};
				[buffer, used, hash] = [undefined, 0, createHash('md5')];
			}
		}
	}

	if (buffer && !isExact) {
		yield {number: number + 1, body: buffer.subarray(0, used), buffer, md5: hash.digest('hex')};
	} else if (done !== bytes && isExact) {
		throw new SourceSizeError(key, bytes, done + used);
	}
}
