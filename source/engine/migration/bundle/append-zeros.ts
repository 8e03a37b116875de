import {crc32} from 'node:zlib';

/**
How a CRC-32 changes when so many zeros follow, without going through them: it is linear in the bits of the CRC, so that doing
it twice is again one table of 32 columns.

@param bytes A power of two.
*/
export function appendZeros(bytes: number): (crc: number) => number {
	const zero = Buffer.alloc(1);
	let append = (crc: number) => crc32(zero, crc);
	for (let known = 1; known < bytes; known *= 2) {
		append = twice(append);
	}

	return append;
}

function twice(append: (crc: number) => number): (crc: number) => number {
	const ofNothing = append(append(0));
	const columns = Array.from({length: 32}, (_, bit) => append(append((1 << bit) >>> 0)) ^ ofNothing);
	return crc => columns.reduce((sum, column, bit) => ((crc >>> bit) & 1 ? sum ^ column : sum), ofNothing) >>> 0;
}
