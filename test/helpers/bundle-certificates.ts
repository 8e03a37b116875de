import {join} from 'node:path';
import {runProgram} from '../../source/engine/host/run-program.js';
import type {BundleKeyFiles} from '../../source/engine/migration/bundle/bundle-keys.js';

export type BundleCertificates = BundleKeyFiles & {readonly cloudKey: string};

/** A user's and a cloud's certificates with their keys, made by openssl. */
export async function makeBundleCertificates(folder: string, days = 2): Promise<BundleCertificates> {
	const make = async (name: string) => {
		const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
		const subject = ['-subj', `/CN=${name}`, '-days', String(days)];
		await runProgram('openssl', [
			...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
		]);
		return {key, certificate};
	};
	const [user, cloud] = await Promise.all([make('user'), make('cloud')]);
	return {
		userCertificate: user.certificate,
		userKey: user.key,
		cloudCertificate: cloud.certificate,
		cloudKey: cloud.key,
	};
}
