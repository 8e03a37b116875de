import {readFile} from 'node:fs/promises';
import * as tls from 'node:tls';
import {bundleProblem, certificatesIn, readCertificate} from './certificate-bundle.js';
import {UnreadableBundleError} from './errors.js';
import type {Environment} from './proxy-for.js';

/** Where systems keep in one file whom they trust: Debian, Fedora and Rocky, openSUSE, Alpine; the first that is there counts, as in Go. */
const bundles = [
	'/etc/ssl/certs/ca-certificates.crt',
	'/etc/pki/tls/certs/ca-bundle.crt',
	'/etc/ssl/ca-bundle.pem',
	'/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
	'/etc/ssl/cert.pem',
];

const made = new Map<string, Promise<tls.SecureContext>>();

/**
Those who may sign for a server: those Node brings (and `NODE_EXTRA_CA_CERTS`), those the system trusts, among which an administrator
puts the institute's own, and those of `AWS_CA_BUNDLE`. Read once; reading and parsing them takes some 10 ms.

@throws {UnreadableBundleError} When `AWS_CA_BUNDLE` or `SSL_CERT_FILE` names what is not one.
*/
export async function trustedAuthorities(environment: Environment): Promise<tls.SecureContext> {
	const {AWS_CA_BUNDLE: ours = '', SSL_CERT_FILE: systems = ''} = environment;
	const key = `${ours}\n${systems}`;
	const known = made.get(key) ?? makeContext(ours, systems);
	made.set(key, known);
	known.catch(() => made.delete(key)); // It may be mended meanwhile.
	return known;
}

async function makeContext(ours: string, systems: string): Promise<tls.SecureContext> {
	const own = ours === '' ? [] : await named('AWS_CA_BUNDLE', ours);
	const system = systems === '' ? await firstThere() : await named('SSL_CERT_FILE', systems);
	// Node 22 knows them by the older name, without those of NODE_EXTRA_CA_CERTS.
	const nodes = tls.getCACertificates?.('default') ?? tls.rootCertificates;
	return tls.createSecureContext({ca: [...new Set([...nodes, ...system.filter(readCertificate), ...own])]});
}

async function named(variable: string, path: string): Promise<readonly string[]> {
	const text = await readFile(path, 'utf8').catch((error: unknown) => {
		throw new UnreadableBundleError(variable, path, 'it cannot be read', {cause: error});
	});
	const certificates = certificatesIn(text);
	if (certificates.length === 0 || !certificates.every(readCertificate)) {
		throw new UnreadableBundleError(variable, path, 'it is no list of certificates in PEM');
	}

	const problem = bundleProblem(text);
	if (problem !== undefined) {
		throw new UnreadableBundleError(variable, path, `it ${problem}`);
	}

	return certificates;
}

async function firstThere(): Promise<readonly string[]> {
	for (const path of bundles) {
		const certificates = certificatesIn(await readFile(path, 'utf8').catch(() => ''));
		if (certificates.length > 0) {
			return certificates;
		}
	}

	return [];
}
