import type {KeyPair} from '../../source/engine/ssh/make-key-pair.js';

const lines = (letter: string, bytes: number) =>
	Buffer.alloc(bytes, letter)
		.toString('base64')
		.match(/.{1,64}/g) ?? [];

/** What looks like an RSA key pair of 3072 bits, where hundreds of deployments are run and nothing checks one. */
export async function quickRsaKeyPair(comment: string): Promise<KeyPair> {
	const blob = Buffer.concat([Buffer.from('\0\0\0\u0007ssh-rsa', 'latin1'), Buffer.alloc(396, comment)]);
	return {
		privateKey: ['-----BEGIN RSA PRIVATE KEY-----', ...lines('d', 1770), '-----END RSA PRIVATE KEY-----', ''].join(
			'\n',
		),
		publicKey: `ssh-rsa ${blob.toString('base64')} ${comment}`,
	};
}
