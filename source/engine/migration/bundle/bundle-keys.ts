import {createPrivateKey, type KeyObject, X509Certificate} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {BundleKeyError} from './errors/bundle-key-error.js';

/** Paths of PEM files. */
export type BundleKeyFiles = {
	readonly userCertificate: string;
	readonly userKey: string;
	/** The cloud decrypts with its key: EUCALYPTUS_CERT in eucarc. */
	readonly cloudCertificate: string;
};

export type BundleKeys = {
	/** RSA, public. */
	readonly user: KeyObject;
	/** RSA, private; signs the manifest. */
	readonly userKey: KeyObject;
	/** RSA, public. */
	readonly cloud: KeyObject;
};

/** @throws {BundleKeyError} For the first file that will not do. */
export async function readBundleKeys(files: BundleKeyFiles): Promise<BundleKeys> {
	const certificate = openCertificate(files.userCertificate, await readPem(files.userCertificate));
	const userKey = openKey(files.userKey, await readPem(files.userKey));
	const cloud = openCertificate(files.cloudCertificate, await readPem(files.cloudCertificate));
	if (!certificate.checkPrivateKey(userKey)) {
		throw new BundleKeyError(files.userKey, 'mismatch');
	}

	return {user: certificate.publicKey, userKey, cloud: cloud.publicKey};
}

async function readPem(file: string): Promise<string> {
	try {
		return await readFile(file, 'latin1');
	} catch (error) {
		throw new BundleKeyError(file, 'missing', {cause: error});
	}
}

function openCertificate(file: string, pem: string): X509Certificate {
	let certificate: X509Certificate;
	try {
		certificate = new X509Certificate(pem);
		if (certificate.publicKey.asymmetricKeyType === 'rsa') {
			return certificate;
		}
	} catch (error) {
		throw new BundleKeyError(file, 'notACertificate', {cause: error});
	}

	throw new BundleKeyError(file, 'notRsa');
}

/** The cause is left out: what a parser says of a key could quote from it. */
function openKey(file: string, pem: string): KeyObject {
	// Either of PKCS#8 or, in the older form, a header of its own.
	if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
		throw new BundleKeyError(file, 'encrypted');
	}

	let key: KeyObject | undefined;
	try {
		key = createPrivateKey(pem);
	} catch {
		throw new BundleKeyError(file, 'notAKey');
	}

	if (key.asymmetricKeyType !== 'rsa') {
		throw new BundleKeyError(file, 'notRsa');
	}

	return key;
}
