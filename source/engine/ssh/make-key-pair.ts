import {generateKeyPairSync, randomBytes} from 'node:crypto';

export type KeyPair = {
	/** OpenSSH private key, PEM text, without a passphrase: belongs into a file of mode 0600 in a folder of mode 0700. */
	readonly privateKey: string;
	/** One OpenSSH line: `ssh-ed25519 AAAA... comment`. */
	readonly publicKey: string;
};

const keyType = 'ssh-ed25519';
const blockSize = 8;

/**
Makes an ed25519 key pair. The OpenSSH format is written here because ssh2's own generator gives a malformed key one time in
about a hundred.

@see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
*/
export function makeKeyPair(comment: string): KeyPair {
	const {d = '', x = ''} = generateKeyPairSync('ed25519').privateKey.export({format: 'jwk'});
	const publicPart = Buffer.from(x, 'base64url');
	const publicBlob = Buffer.concat([sshString(keyType), sshString(publicPart)]);
	const oneLine = comment.replace(/[^!-~]+/g, ' ').trim();

	const check = randomBytes(4);
	const secret = Buffer.concat([
		check,
		check,
		publicBlob,
		sshString(Buffer.concat([Buffer.from(d, 'base64url'), publicPart])),
		sshString(oneLine),
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
		publicKey: `${keyType} ${publicBlob.toString('base64')} ${oneLine}`.trim(),
	};
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
