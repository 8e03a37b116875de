import {createHash} from 'node:crypto';

/** As ssh-keygen prints it: `SHA256:...`, of a public key line. */
export function fingerprintOf(publicKey: string): string {
	const [, blob = ''] = publicKey.trim().split(/\s+/);
	const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
	return `SHA256:${digest.replace(/(?<!=)=+$/, '')}`;
}
