import {createHash} from 'node:crypto';

const known = new WeakMap<Buffer, Buffer>();

/** SHA-256 of a request's body, computed once. */
export function digestOf(body: Buffer): Buffer {
	const digest = known.get(body) ?? createHash('sha256').update(body).digest();
	known.set(body, digest);
	return digest;
}
