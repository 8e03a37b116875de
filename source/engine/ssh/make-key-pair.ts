import {generateKeyPair, generateKeyPairSync, randomBytes} from 'node:crypto';
import {promisify} from 'node:util';

export type KeyPair = {
	/** A private key as OpenSSH reads it, without a passphrase: belongs into a file of mode 0600 in a folder of mode 0700. */
	readonly privateKey: string;
	/** One OpenSSH line: `ssh-ed25519 AAAA... comment`. */
	readonly publicKey: string;
};

const blockSize = 8;
const rsaBits = 3072;

/**
Makes an ed25519 key pair. The OpenSSH format is written here because ssh2's own generator gives a malformed key one time in
about a hundred.

@see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
*/
export function makeKeyPair(comment: string): KeyPair {
	const {d = '', x = ''} = generateKeyPairSync('ed25519').privateKey.export({format: 'jwk'});
	const publicPart = Buffer.from(x, 'base64url');
	const publicBlob = Buffer.concat([sshString('ssh-ed25519'), sshString(publicPart)]);

	const check = randomBytes(4);
	const secret = Buffer.concat([
		check,
		check,
		publicBlob,
		sshString(Buffer.concat([Buffer.from(d, 'base64url'), publicPart])),
		sshString(inOneLine(comment)),
	]);
	const padding = Buffer.from(Array.from({length: -secret.length & (blockSize - 1)}, (_, index) => index + 1));
	const file = Buffer.concat([
		Buffer.from('openssh-key-v1\0'),
		sshString('none'),
		sshString('none'),
		sshString(''),
		uint32(1),
		sshString(publicBlob),
		sshString(Buffer.concat([secret, padding])),
	]);

	const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
	return {
		privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
		publicKey: publicLine(publicBlob, comment),
	};
}

/** Makes an ECDSA key pair on the curve nistp256. */
export function makeEcdsaKeyPair(comment: string): KeyPair {
	const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'prime256v1'});
	const {x = '', y = ''} = privateKey.export({format: 'jwk'});
	const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
	const publicBlob = Buffer.concat([sshString('ecdsa-sha2-nistp256'), sshString('nistp256'), sshString(point)]);
	return {
		privateKey: privateKey.export({type: 'sec1', format: 'pem'}).toString(),
		publicKey: publicLine(publicBlob, comment),
	};
}

/** Makes an RSA key pair: 0.1 to 1 s of a processor, on a thread of its own. */
export async function makeRsaKeyPair(comment: string): Promise<KeyPair> {
	const {privateKey} = await promisify(generateKeyPair)('rsa', {modulusLength: rsaBits});
	const {n = '', e = ''} = privateKey.export({format: 'jwk'});
	const publicBlob = Buffer.concat([sshString('ssh-rsa'), sshNumber(e), sshNumber(n)]);
	return {
		privateKey: privateKey.export({type: 'pkcs1', format: 'pem'}).toString(),
		publicKey: publicLine(publicBlob, comment),
	};
}

/** The type of a public key: `ssh-ed25519`. */
export const keyType = (publicKey: string): string => publicKey.trim().split(/\s+/)[0] ?? '';

/** A blob begins with the length and the name of its type. */
const publicLine = (blob: Buffer, comment: string): string =>
	`${blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1')} ${blob.toString('base64')} ${inOneLine(comment)}`.trim();

const inOneLine = (comment: string): string => comment.replace(/[^!-~]+/g, ' ').trim();

/** Big-endian, and never negative: a leading bit that is set gets a zero before it. */
function sshNumber(base64url: string): Buffer {
	const bytes = Buffer.from(base64url, 'base64url');
	return sshString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function sshString(content: string | Buffer): Buffer {
	const bytes = Buffer.from(content);
	return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
