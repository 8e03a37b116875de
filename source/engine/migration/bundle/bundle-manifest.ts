import {constants, createSign, type KeyObject, publicEncrypt} from 'node:crypto';
import type {BundleKeys} from './bundle-keys.js';
import type {BundleSecret} from './bundle-secret.js';

export type ManifestFacts = {
	readonly bundler: {readonly name: string; readonly version: string; readonly release: string};
	readonly architecture: 'i386' | 'x86_64';
	readonly blockDeviceMapping?: ReadonlyArray<{readonly virtual: string; readonly device: string}>;
	readonly kernelId?: string;
	readonly ramdiskId?: string;
	readonly name: string;
	/** The account number, 12 digits. */
	readonly userId: string;
	/** SHA-1 of the tar stream, hex. */
	readonly imageDigest: string;
	/** Of the raw image. */
	readonly imageBytes: number;
	readonly bundledBytes: number;
	readonly parts: ReadonlyArray<{readonly filename: string; readonly sha1: string}>;
};

type Content = string | number | readonly string[];

/**
The manifest as ec2-bundle-image writes it: no blanks between elements, in exactly this order. What is signed is the text of
`machine_configuration` and `image` just as it stands in the file; verifiers cut it out by searching for these tags.
*/
export function bundleManifest(facts: ManifestFacts, keys: BundleKeys, secret: BundleSecret): string {
	const signed = machineConfiguration(facts) + image(facts, keys, secret);
	const signature = createSign('RSA-SHA1').update(signed).sign(keys.userKey, 'hex');
	const {name, version, release} = facts.bundler;
	const bundler = [element('name', name), element('version', version), element('release', release)];
	return `<?xml version="1.0" encoding="UTF-8"?>\n${element('manifest', [
		element('version', '2007-10-10'),
		element('bundler', bundler),
		signed,
		element('signature', signature),
	])}\n`;
}

function machineConfiguration({architecture, blockDeviceMapping, kernelId, ramdiskId}: ManifestFacts): string {
	const mappings = (blockDeviceMapping ?? []).map(({virtual, device}) =>
		element('mapping', [element('virtual', virtual), element('device', device)]),
	);
	return element('machine_configuration', [
		element('architecture', architecture),
		...(mappings.length > 0 ? [element('block_device_mapping', mappings)] : []),
		...(kernelId ? [element('kernel_id', kernelId)] : []),
		...(ramdiskId ? [element('ramdisk_id', ramdiskId)] : []),
	]);
}

function image(facts: ManifestFacts, {user, cloud}: BundleKeys, {key, iv}: BundleSecret): string {
	const aes = {algorithm: 'AES-128-CBC'};
	const sha1 = {algorithm: 'SHA1'};
	const parts = facts.parts.map((part, index) =>
		element('part', [element('filename', part.filename), element('digest', part.sha1, sha1)], {index}),
	);
	return element('image', [
		element('name', facts.name),
		element('user', facts.userId),
		element('type', 'machine'),
		element('digest', facts.imageDigest, sha1),
		element('size', facts.imageBytes),
		element('bundled_size', facts.bundledBytes),
		element('ec2_encrypted_key', encrypted(key, cloud), aes),
		element('user_encrypted_key', encrypted(key, user), aes),
		element('ec2_encrypted_iv', encrypted(iv, cloud)),
		element('user_encrypted_iv', encrypted(iv, user)),
		element('parts', parts, {count: parts.length}),
	]);
}

/** Not the bytes are encrypted but their hex text. */
function encrypted(bytes: Buffer, key: KeyObject): string {
	const text = Buffer.from(bytes.toString('hex'), 'ascii');
	return publicEncrypt({key, padding: constants.RSA_PKCS1_PADDING}, text).toString('hex');
}

/** Text is escaped; a list is of elements made already. */
function element(name: string, content: Content, attributes: Readonly<Record<string, string | number>> = {}): string {
	const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
	const inner = typeof content === 'object' ? content.join('') : escaped(String(content));
	return `<${name}${written.join('')}>${inner}</${name}>`;
}

const escaped = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
