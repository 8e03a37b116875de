import {randomBytes} from 'node:crypto';
import {readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {isMissing} from '../../host/is-missing.js';
import {writeJson} from '../../host/write-json.js';

/** What a bundle is encrypted with. Never in a journal: who has it can read the image. */
export type BundleSecret = {readonly key: Buffer; readonly iv: Buffer};

const fileIn = (folder: string): string => join(folder, 'bundle-secret.json');

/** The secret of the job's bundle, made when there is none: with it a resumed job makes the same parts again. */
export async function keepBundleSecret(folder: string): Promise<BundleSecret> {
	const kept = await readSecret(folder);
	if (kept) {
		return kept;
	}

	const secret = {key: randomBytes(16), iv: randomBytes(16)};
	await writeJson(fileIn(folder), {key: secret.key.toString('hex'), iv: secret.iv.toString('hex')});
	return secret;
}

/** Finding it gone is success. */
export async function forgetBundleSecret(folder: string): Promise<void> {
	await rm(fileIn(folder), {force: true});
}

/** Undefined also when the file is damaged: then the parts that are there cannot be used, which their digests show. */
async function readSecret(folder: string): Promise<BundleSecret | undefined> {
	let text: string;
	try {
		text = await readFile(fileIn(folder), 'utf8');
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}

	const [key, iv] = ['key', 'iv'].map(name => new RegExp(`"${name}": "([0-9a-f]{32})"`).exec(text)?.[1]);
	return key && iv ? {key: Buffer.from(key, 'hex'), iv: Buffer.from(iv, 'hex')} : undefined;
}
