import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {runProgram} from '../../source/engine/host/run-program.js';
import type {ObjectStore} from '../../source/engine/object-store/object-store.js';
import type {BundleCertificates} from './bundle-certificates.js';

export type OpenedBundle = {
	readonly manifest: string;
	/** Text of an element, by its name. */
	readonly text: (name: string) => string;
	readonly partBytes: readonly number[];
	/** What the given shell commands, reading the tar stream, print. */
	readonly untar: (commands: string) => Promise<string>;
};

/**
Opens a bundle as a cloud does, by openssl, gzip and tar alone, and checks all the manifest says: every part's digest, the
sizes, the image's digest, the signature, and that the user's and the cloud's keys give the same secret.
*/
export async function openBundle(
	store: ObjectStore,
	{bucket, location}: {readonly bucket: string; readonly location: string},
	certificates: BundleCertificates,
	folder: string,
): Promise<OpenedBundle> {
	await mkdir(folder);
	const manifest = (await download(store, bucket, location.slice(bucket.length + 1))).toString();
	const text = (name: string): string => new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(manifest)?.[1] ?? '';

	const parts = [
		...manifest.matchAll(/<part index="(\d+)"><filename>([^<]+)<\/filename><digest algorithm="SHA1">(\w+)</g),
	];
	assert.equal(Number(/<parts count="(\d+)">/.exec(manifest)?.[1]), parts.length);
	const bodies: Buffer[] = [];
	for (const [position, [, index, filename = '', digest]] of parts.entries()) {
		const body = await download(store, bucket, filename);
		assert.equal(Number(index), position);
		assert.equal(createHash('sha1').update(body).digest('hex'), digest, filename);
		bodies.push(body);
	}

	const cipherText = Buffer.concat(bodies);
	assert.equal(cipherText.length, Number(text('bundled_size')));
	await writeFile(join(folder, 'cipher'), cipherText);

	const secret = async (owner: 'user' | 'ec2', what: 'key' | 'iv'): Promise<string> => {
		const encrypted = join(folder, `${owner}-${what}`);
		await writeFile(encrypted, Buffer.from(text(`${owner}_encrypted_${what}`), 'hex'));
		const privateKey = owner === 'user' ? certificates.userKey : certificates.cloudKey;
		const {stdout} = await runProgram('openssl', ['pkeyutl', '-decrypt', '-inkey', privateKey, '-in', encrypted]);
		return stdout;
	};
	const [key, iv] = [await secret('user', 'key'), await secret('user', 'iv')];
	assert.match(`${key} ${iv}`, /^[0-9a-f]{32} [0-9a-f]{32}$/);
	assert.deepEqual([await secret('ec2', 'key'), await secret('ec2', 'iv')], [key, iv]);

	await verifySignature(manifest, text('signature'), certificates, folder);

	const untar = async (commands: string): Promise<string> => {
		const decrypt = `openssl enc -d -aes-128-cbc -K ${key} -iv ${iv} -in cipher | gzip -dc`;
		const script = `set -eo pipefail; ${decrypt} | ${commands}`;
		return (await runProgram('bash', ['-c', script], {cwd: folder})).stdout;
	};
	return {manifest, text, partBytes: bodies.map(({length}) => length), untar};
}

async function verifySignature(
	manifest: string,
	signature: string,
	{userCertificate}: BundleCertificates,
	folder: string,
): Promise<void> {
	const cut = (name: string) => new RegExp(`<${name}>.*</${name}>`, 's').exec(manifest)?.[0] ?? '';
	await writeFile(join(folder, 'signed'), cut('machine_configuration') + cut('image'));
	await writeFile(join(folder, 'signature'), Buffer.from(signature, 'hex'));
	const {stdout} = await runProgram('openssl', ['x509', '-in', userCertificate, '-pubkey', '-noout']);
	await writeFile(join(folder, 'public'), stdout);
	await runProgram('openssl', ['dgst', '-sha1', '-verify', 'public', '-signature', 'signature', 'signed'], {
		cwd: folder,
	});
}

async function download(store: ObjectStore, bucket: string, key: string): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of store.get(bucket, key)) {
		chunks.push(chunk);
	}

	return Buffer.concat(chunks);
}
