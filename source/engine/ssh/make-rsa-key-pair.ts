import {generateKeyPair} from 'node:crypto';
import {promisify} from 'node:util';
import type {KeyPair} from './make-key-pair.js';

const bits = 3072;

/** Makes an RSA key pair, for clouds that take no other. */
export async function makeRsaKeyPair(comment: string): Promise<KeyPair> {
	const {privateKey} = await promisify(generateKeyPair)('rsa', {modulusLength: bits});
	const {n = '', e = ''} = privateKey.export({format: 'jwk'});
	const blob = Buffer.concat([sshString('ssh-rsa'), sshNumber(e), sshNumber(n)]);
	return {
		privateKey: privateKey.export({type: 'pkcs1', format: 'pem'}).toString(),
		publicKey: `ssh-rsa ${blob.toString('base64')} ${comment.replace(/[^!-~]+/g, ' ').trim()}`.trim(),
	};
}

/** Big-endian, and never negative: a leading bit that is set gets a zero before it. */
function sshNumber(base64url: string): Buffer {
	const bytes = Buffer.from(base64url, 'base64url');
	return sshString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function sshString(content: string | Buffer): Buffer {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(Buffer.byteLength(content));
	return Buffer.concat([length, Buffer.from(content)]);
}
