/** Deflate, no name, no time, Unix: the same bytes on every machine. */
export const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** Ends the deflate stream by an empty last block, then CRC-32 and size (modulo 2^32) of what was compressed. */
export function gzipTrailer(crc32: number, sizeBytes: number): Buffer {
	const trailer = Buffer.alloc(10);
	trailer[0] = 3;
	trailer.writeUInt32LE(crc32 >>> 0, 2);
	trailer.writeUInt32LE(sizeBytes % 2 ** 32, 6);
	return trailer;
}
