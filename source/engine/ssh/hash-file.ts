import {createHash, type Hash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {onDisk} from '../host/byte-names.js';

/** SHA-256 of a local file, or of its beginning, that can go on with more bytes. */
export async function hashFile(path: string, bytes = Number.POSITIVE_INFINITY): Promise<Hash> {
	const hash = createHash('sha256');
	if (bytes > 0) {
		for await (const chunk of createReadStream(onDisk(path), {end: bytes - 1, highWaterMark: 1024 * 1024})) {
			hash.update(chunk);
		}
	}

	return hash;
}
