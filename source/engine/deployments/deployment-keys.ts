import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Cloud} from '../cloud/cloud.js';
import {writeWhole} from '../host/write-whole.js';
import {type KeyPair, makeKeyPair} from '../ssh/make-key-pair.js';
import {makeRsaKeyPair} from '../ssh/make-rsa-key-pair.js';
import type {Deployment} from './deployment.js';
import {makeFolder} from './make-folder.js';

export type DeploymentKeys = {
	/** The session key: what we and the user log in with. */
	readonly login: KeyPair;
	/** What the instances log in to each other with. */
	readonly nodes: KeyPair;
	/** What the instances of a role prove themselves with, by role name. */
	readonly hosts: ReadonlyMap<string, KeyPair>;
};

/** Makes the keys of a deployment once; those that are in its folder are kept. The session key is of a type the cloud takes. */
export async function deploymentKeys(
	folder: string,
	{launchKey, roles}: Deployment,
	{keyTypes = ['ed25519']}: Pick<Cloud, 'keyTypes'> = {},
): Promise<DeploymentKeys> {
	const secrets = secretsFolder(folder);
	await makeFolder(secrets);
	const login = await keyPairFile(
		join(folder, `${launchKey}.pem`),
		launchKey,
		keyTypes.includes('ed25519') ? makeKeyPair : makeRsaKeyPair,
	);
	const nodes = await keyPairFile(join(secrets, 'nodes'), `${launchKey} nodes`);
	const hosts = new Map<string, KeyPair>();
	for (const {name} of roles) {
		hosts.set(name, await keyPairFile(join(secrets, `host-${name}`), `${launchKey} ${name}`));
	}

	return {login, nodes, hosts};
}

/** Removes the private keys that are of no use once the instances are gone. The session key stays, as in the original. */
export async function forgetSecrets(folder: string): Promise<void> {
	await rm(secretsFolder(folder), {recursive: true, force: true});
}

const secretsFolder = (folder: string) => join(folder, 'keys');

/** The private file is written last, so where it is, the public one is too. */
async function keyPairFile(
	path: string,
	comment: string,
	make: (comment: string) => KeyPair | Promise<KeyPair> = makeKeyPair,
): Promise<KeyPair> {
	const kept = await readPair(path);
	if (kept) {
		return kept;
	}

	const pair = await make(comment);
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
