/** What the first-boot unit of a guest is told. */
export type Seed = {
	readonly instanceId: string;
	readonly hostName: string;
	/** OpenSSH line. */
	readonly publicKey: string;
	readonly privateMac: string;
	readonly privateAddress: string;
	/** What else is reached over the private card, as a network. */
	readonly privateRoute: string;
	/** Opaque to the cloud. Holds the secret host key. */
	readonly userData: string;
};

const block = 512;
const diskBytes = 1024 * 1024;

/**
A small disk that is a ustar archive of `d2cm-seed/meta-data` and `d2cm-seed/user-data`, so that its first bytes say what
it is, whatever name the guest gives the disk.

@throws {RangeError} When the user data is larger than the disk.
*/
export function buildSeed(seed: Seed): Buffer {
	const metaData = Object.entries({
		'instance-id': seed.instanceId,
		'local-hostname': seed.hostName,
		'public-key': seed.publicKey.trim(),
		'private-mac': seed.privateMac,
		'private-address': `${seed.privateAddress}/16`,
		'private-route': seed.privateRoute,
	})
		.map(([key, value]) => `${key}=${value}\n`)
		.join('');
	const archive = Buffer.concat([
		member('d2cm-seed/meta-data', metaData),
		member('d2cm-seed/user-data', seed.userData),
	]);
	if (archive.length > diskBytes - 2 * block) {
		throw new RangeError(`User data of ${seed.userData.length} characters does not fit on the seed disk.`);
	}

	const disk = Buffer.alloc(diskBytes);
	archive.copy(disk);
	return disk;
}

/** One file of a ustar archive, padded. */
function member(name: string, content: string): Buffer {
	const data = Buffer.from(content);
	const header = Buffer.alloc(block);
	const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
	header.write(name, 0);
	header.write(octal(0o600, 7), 100);
	header.write(octal(0, 7), 108);
	header.write(octal(0, 7), 116);
	header.write(octal(data.length, 11), 124);
	header.write(octal(0, 11), 136);
	header.write('        ', 148);
	header.write('0', 156);
	header.write('ustar\0' + '00', 257, 'latin1');
	header.write(
		`${header
			.reduce((total, byte) => total + byte, 0)
			.toString(8)
			.padStart(6, '0')}\0 `,
		148,
	);
	return Buffer.concat([header, data, Buffer.alloc((block - (data.length % block)) % block)]);
}
