import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Cloud} from '../cloud/cloud.js';
import {writeWhole} from '../host/write-whole.js';
import {type KeyPair, makeEcdsaKeyPair, makeKeyPair, makeRsaKeyPair} from '../ssh/make-key-pair.js';
import type {Deployment} from './deployment.js';
import {makeFolder} from './make-folder.js';

export type DeploymentKeys = {
	/** The session key: what we and the user log in with. */
	readonly login: KeyPair;
	/** What the instances log in to each other with. */
	readonly nodes: KeyPair;
};

/** What the instances of a role prove themselves with, by role name: keys of several types, the cheapest first. */
export type HostKeys = ReadonlyMap<string, readonly KeyPair[]>;

/** Makes the keys of a deployment once; those that are in its folder are kept. The session key is of a type the cloud takes. */
export async function deploymentKeys(
	folder: string,
	{launchKey}: Deployment,
	{keyTypes = ['ed25519']}: Pick<Cloud, 'keyTypes'> = {},
): Promise<DeploymentKeys> {
	await makeFolder(secretsFolder(folder));
	const login = await keyPairFile(join(folder, `${launchKey}.pem`), () =>
		keyTypes.includes('ed25519') ? makeKeyPair(launchKey) : makeRsaKeyPair(launchKey),
	);
	return {login, nodes: await keyPairFile(secret(folder, 'nodes'), () => makeKeyPair(`${launchKey} nodes`))};
}

/**
Makes the host keys of a deployment once: ed25519, ECDSA and RSA, as a server has them today. A role whose reservation has begun
has what is in the folder, and gets no more: an older version may have given its instances an ed25519 key only. The roles share
the RSA key, since making one costs as much as all else; their instances let each other in as root anyway.
*/
export async function deploymentHostKeys(
	folder: string,
	{launchKey, roles}: Deployment,
	{isReserved, rsaKey}: {readonly isReserved: (role: string) => boolean; readonly rsaKey: () => Promise<KeyPair>},
): Promise<HostKeys> {
	await makeFolder(secretsFolder(folder));
	const hosts = new Map<string, readonly KeyPair[]>();
	for (const {name} of roles) {
		const comment = `${launchKey} ${name}`;
		const ed25519 = await keyPairFile(secret(folder, `host-${name}`), () => makeKeyPair(comment));
		const others = [
			{path: secret(folder, `ecdsa-${name}`), make: () => makeEcdsaKeyPair(comment)},
			{path: secret(folder, `rsa-${name}`), make: rsaKey},
		];
		const pairs = [ed25519];
		for (const {path, make} of others) {
			const pair = isReserved(name) ? await readPair(path) : await keyPairFile(path, make);
			pairs.push(...(pair ? [pair] : []));
		}

		hosts.set(name, pairs);
	}

	return hosts;
}

/** Removes the private keys that are of no use once the instances are gone. The session key stays, as in the original. */
export async function forgetSecrets(folder: string): Promise<void> {
	await rm(secretsFolder(folder), {recursive: true, force: true});
}

export const secretsFolder = (folder: string): string => join(folder, 'keys');
const secret = (folder: string, name: string) => join(secretsFolder(folder), name);

/** The private file is written last, so where it is, the public one is too. */
async function keyPairFile(path: string, make: () => KeyPair | Promise<KeyPair>): Promise<KeyPair> {
	const kept = await readPair(path);
	if (kept) {
		return kept;
	}

	const pair = await make();
	await writeWhole(`${path}.pub`, `${pair.publicKey}\n`, 0o644);
	await writeWhole(path, pair.privateKey);
	return pair;
}

async function readPair(path: string): Promise<KeyPair | undefined> {
	try {
		const privateKey = await readFile(path, 'utf8');
		return {privateKey, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim()};
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}
