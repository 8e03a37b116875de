import {X509Certificate} from 'node:crypto';

/** The certificates of a PEM file, each as PEM. */
export const certificatesIn = (pem: string): readonly string[] =>
	pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)?.map(one => `${one}\n`) ?? [];

/** Says why nobody can be trusted by a file, phrased to follow its name; of several certificates one that is valid is enough. */
export function bundleProblem(pem: string, now = new Date()): string | undefined {
	const certificates = certificatesIn(pem).map(readCertificate);
	if (certificates.length === 0) {
		return 'holds no certificate';
	}

	const ends = certificates.map(one => (one === undefined ? Number.NaN : Date.parse(one.validTo)));
	const last = Math.max(...ends);
	return Number.isNaN(last)
		? 'is damaged'
		: last < now.getTime()
			? `expired on ${new Date(last).toISOString().slice(0, 10)}`
			: undefined;
}

export function readCertificate(pem: string): X509Certificate | undefined {
	try {
		return new X509Certificate(pem);
	} catch {
		return undefined;
	}
}
