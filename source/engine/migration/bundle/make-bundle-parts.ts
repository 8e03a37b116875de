import {createCipheriv, createHash, type Hash} from 'node:crypto';
import {availableParallelism} from 'node:os';
import {crc32} from 'node:zlib';
import type {BlockSource} from '../../images/block-source.js';
import {appendZeros} from './append-zeros.js';
import type {BundleSecret} from './bundle-secret.js';
import {deflateChunk} from './deflate-chunk.js';
import {ShortImageError} from './errors/short-image-error.js';
import {gzipHeader, gzipTrailer} from './gzip-frame.js';
import {tarHeader, tarPaddingBytes} from './tar-frame.js';

export const partBytes = 10_485_760;

const chunkBytes = 2 * 1024 * 1024;
/** Node compresses no more at once, so more chunks would only take memory. */
const mostCompressors = 4;
const zeros = Buffer.alloc(chunkBytes);

/** What is bundled: a raw disk. */
export type BundleImage = Pick<BlockSource, 'sizeBytes' | 'read'> & {
	/** Whether a part is known to be all zeros, so that nobody need read it. Without it all is read. */
	isHole?(offset: number, length: number): boolean;
};

export type BundlePart = {
	readonly index: number;
	/** Belongs to the reader until `release`. */
	readonly body: Buffer;
	/** Hex. */
	readonly sha1: string;
	/** How much of the image had been read when the part was full. */
	readonly imageBytes: number;
	/** The memory of `body` may be used for a later part. */
	release(): void;
};

export type BundleTotals = {
	/** SHA-1 of the tar stream, hex. */
	readonly imageDigest: string;
	readonly bundledBytes: number;
	readonly partCount: number;
};

export type BundleOptions = {
	/** Of the only member of the archive. */
	readonly name: string;
	readonly secret: BundleSecret;
	readonly signal?: AbortSignal;
	/** Of gzip. Default: 1. The higher ones cost many times the time for a twentieth of the size. */
	readonly level?: number;
};

/**
Makes a bundle as a stream of parts: tar, gzip, AES-128-CBC, cut. Holds a few chunks and the parts that are not released.
The same image and secret give the same parts (with the same version of zlib), and nothing may rely on that unchecked.

@throws {ShortImageError} When the image ends before its size.
*/
export async function* makeBundleParts(
	image: BundleImage,
	{name, secret, signal, level = 1}: BundleOptions,
): AsyncGenerator<BundlePart, BundleTotals, undefined> {
	const digest = createHash('sha1');
	const cipher = createCipheriv('aes-128-cbc', secret.key, secret.iv);
	const cutter = new Cutter();
	const progress = {imageBytes: 0};
	for await (const piece of compress(tarStream(image, name, progress), digest, level)) {
		signal?.throwIfAborted();
		yield* cutter.add(cipher.update(piece), progress.imageBytes);
	}

	yield* cutter.add(cipher.final(), image.sizeBytes);
	yield* cutter.end(image.sizeBytes);
	const {bundledBytes, partCount} = cutter;
	return {imageDigest: digest.digest('hex'), bundledBytes, partCount};
}

async function* tarStream(image: BundleImage, name: string, progress: {imageBytes: number}): AsyncGenerator<Buffer> {
	yield tarHeader(name, image.sizeBytes);
	for (let offset = 0; offset < image.sizeBytes; offset += chunkBytes) {
		const length = Math.min(chunkBytes, image.sizeBytes - offset);
		const chunk = length === chunkBytes && image.isHole?.(offset, length) ? zeros : await image.read(offset, length);
		if (chunk.length < length) {
			throw new ShortImageError(offset + chunk.length, image.sizeBytes);
		}

		progress.imageBytes = offset + length;
		yield chunk;
	}

	yield Buffer.alloc(tarPaddingBytes(image.sizeBytes));
}

/** What is worked out once for all chunks of zeros; only the digest must go through each. */
type EmptyChunk = {readonly deflated: Promise<Buffer>; readonly append: (crc: number) => number};

/** One gzip member. Chunks are compressed at the same time and leave in their order. */
async function* compress(chunks: AsyncIterable<Buffer>, digest: Hash, level: number): AsyncGenerator<Buffer> {
	yield gzipHeader;
	const waiting: Array<Promise<Buffer>> = [];
	const most = Math.min(availableParallelism(), mostCompressors) + 2;
	let emptyChunk: EmptyChunk | undefined;
	let checksum = 0;
	let sizeBytes = 0;
	for await (const chunk of chunks) {
		digest.update(chunk);
		sizeBytes += chunk.length;
		const isEmpty = chunk === zeros || (chunk.length === chunkBytes && chunk.equals(zeros));
		emptyChunk ??= isEmpty ? {deflated: deflateChunk(zeros, level), append: appendZeros(chunkBytes)} : undefined;
		const empty = isEmpty ? emptyChunk : undefined;
		checksum = empty ? empty.append(checksum) : crc32(chunk, checksum);
		const deflated = empty ? empty.deflated : deflateChunk(chunk, level);
		deflated.catch(() => undefined); // Told where it is awaited; until then it is not unhandled.
		waiting.push(deflated);
		if (waiting.length >= most) {
			yield await (waiting.shift() as Promise<Buffer>);
		}
	}

	for (const deflated of waiting) {
		yield await deflated;
	}

	yield gzipTrailer(checksum, sizeBytes);
}

/** Fills buffers of one part each, which are used again and again. */
class Cutter {
	bundledBytes = 0;
	partCount = 0;
	#filled = 0;
	#body: Buffer | undefined;
	readonly #free: Buffer[] = [];

	*add(bytes: Buffer, imageBytes: number): Generator<BundlePart> {
		for (let done = 0; done < bytes.length; ) {
			this.#body ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(partBytes);
			const copied = bytes.copy(this.#body, this.#filled, done);
			done += copied;
			this.#filled += copied;
			if (this.#filled === partBytes) {
				yield this.#cut(this.#body, imageBytes);
			}
		}
	}

	*end(imageBytes: number): Generator<BundlePart> {
		if (this.#body && this.#filled > 0) {
			yield this.#cut(this.#body, imageBytes);
		}
	}

	#cut(whole: Buffer, imageBytes: number): BundlePart {
		const body = whole.subarray(0, this.#filled);
		const index = this.partCount;
		this.partCount++;
		this.bundledBytes += body.length;
		this.#filled = 0;
		this.#body = undefined;
		return {
			index,
			body,
			sha1: createHash('sha1').update(body).digest('hex'),
			imageBytes,
			release: () => this.#free.push(whole),
		};
	}
}
