import {limited} from '../ssh/limited.js';
import {createBufferPool} from './buffer-pool.js';
import type {MultipartUpload, UploadedPart} from './object-store.js';
import {type Part, readParts} from './read-parts.js';
import type {ObjectUpload} from './upload-object.js';

export type SentParts = {
	readonly parts: readonly UploadedPart[];
	/** In order; another than the part's ETag only where the store encrypts with a KMS key. */
	readonly md5s: readonly string[];
	readonly sentBytes: number;
};

/**
Sends the parts that are not there as they are now, some at once; the first that fails stops the others.
*/
export async function sendParts(
	upload: ObjectUpload,
	partBytes: number,
	target: MultipartUpload,
	listed: readonly UploadedPart[],
): Promise<SentParts> {
	const {store, bytes, open, workers = 4, signal, onProgress} = upload;
	const there = new Map(listed.map(part => [part.number, part]));
	const pool = createBufferPool(workers + 1, partBytes);
	const limit = limited(workers);
	const stop = new AbortController();
	const signals = AbortSignal.any(signal ? [signal, stop.signal] : [stop.signal]);
	const parts: UploadedPart[] = [];
	const md5s: string[] = [];
	const sending = new Set<Promise<void>>();
	let failure: {readonly error: unknown} | undefined;
	let [doneBytes, sentBytes] = [0, 0];

	const note = (part: UploadedPart, sent: number) => {
		parts[part.number - 1] = part;
		doneBytes += part.bytes;
		sentBytes += sent;
		onProgress?.({doneBytes, sentBytes, totalBytes: bytes});
	};
	const send = async ({number, body, buffer, md5}: Part) => {
		try {
			note(await store.putPart(target, number, body, {signal: signals, md5}), body.length);
		} catch (error) {
			failure ??= {error};
			stop.abort();
		} finally {
			pool.give(buffer);
		}
	};

	try {
		for await (const part of readParts(open(), {...upload, partBytes, pool})) {
			md5s.push(part.md5);
			const before = there.get(part.number);
			if (signals.aborted) {
				break;
			}

			if (before?.etag === part.md5 && before.bytes === part.body.length) {
				note(before, 0);
				pool.give(part.buffer);
				continue;
			}

			const sent = limit(async () => send(part)).finally(() => sending.delete(sent));
			sending.add(sent);
		}
	} catch (error) {
		failure ??= {error};
		stop.abort();
	}

	await Promise.all(sending);
	signal?.throwIfAborted();
	if (failure) {
		throw failure.error;
	}

	return {parts, md5s, sentBytes};
}
