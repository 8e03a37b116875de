import {createCipheriv} from 'node:crypto';
import type {BundleImage} from '../../source/engine/migration/bundle/make-bundle-parts.js';

/** Bytes no compressor makes smaller, the same for the same seed. */
export function noise(bytes: number, seed = 1): Buffer {
	return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

export function imageOf(bytes: Buffer): BundleImage & {readBytes: number} {
	const image = {
		sizeBytes: bytes.length,
		readBytes: 0,
		async read(offset: number, length: number) {
			image.readBytes = offset + length;
			return bytes.subarray(offset, offset + length);
		},
	};
	return image;
}
