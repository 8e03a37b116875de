const recordBytes = 512;
const blockingBytes = 10_240;
/** Eleven octal digits; from here up the size is written in base 256, as GNU tar does. */
const octalLimit = 8 ** 11;

/** What stands before the only member of an archive: a regular file of mode 0644, owner 0 and time 0, as GNU tar writes it. */
export function tarHeader(name: string, sizeBytes: number): Buffer {
	if (Buffer.byteLength(name) > 100) {
		throw new RangeError(`The name ${name} does not fit into a tar header.`);
	}

	const header = Buffer.alloc(recordBytes);
	header.write(name, 0);
	header.write('0000644\0', 100);
	header.write('0000000\0', 108);
	header.write('0000000\0', 116);
	if (sizeBytes < octalLimit) {
		header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
	} else {
		header[124] = 0x80;
		header.writeBigUInt64BE(BigInt(sizeBytes), 128);
	}

	header.write('00000000000\0', 136);
	header.write('        ', 148); // The sum is made over blanks in its own place.
	header.write('0', 156);
	header.write('ustar  \0', 257);
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	return header;
}

/** How many zeros follow the member: to the end of its last record, two empty records, and up to a whole block of 10240. */
export function tarPaddingBytes(sizeBytes: number): number {
	const member = recordBytes + Math.ceil(sizeBytes / recordBytes) * recordBytes;
	const archive = Math.ceil((member + 2 * recordBytes) / blockingBytes) * blockingBytes;
	return archive - recordBytes - sizeBytes;
}
