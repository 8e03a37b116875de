import {createHash} from 'node:crypto';

/** SHA-256 of each block, by its number. A block that became zero after its parent had it is there with `zeroDigest`. */
export type BlockMap = ReadonlyMap<number, Buffer>;

/** Amazon's LINEAR aggregation: the SHA-256 of the digests of all written blocks in the order of their numbers; Base64. */
export function linearChecksum(blocks: BlockMap): string {
	const whole = createHash('sha256');
	for (const [, digest] of [...blocks].toSorted(([a], [b]) => a - b)) {
		whole.update(digest);
	}

	return whole.digest('base64');
}
