import type {KeyPair} from '../../source/engine/ssh/make-key-pair.js';

/** User data that gives an instance its host key and lets root in. */
export function userDataFor({privateKey, publicKey}: KeyPair): string {
	const indented = privateKey
		.trim()
		.split('\n')
		.map(line => `    ${line}`);
	return [
		'#cloud-config',
		'disable_root: false',
		'ssh_deletekeys: true',
		'ssh_keys:',
		'  ed25519_private: |',
		...indented,
		`  ed25519_public: ${publicKey}`,
		'',
	].join('\n');
}
