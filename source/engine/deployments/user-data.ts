import type {KeyPair} from '../ssh/make-key-pair.js';

/** What an instance gets at its first boot, in the form that cloud-init and our own first-boot unit understand: its host key. */
export function userData({privateKey, publicKey}: KeyPair): string {
	const indented = privateKey
		.trim()
		.split('\n')
		.map(line => `    ${line}\n`)
		.join('');
	return `#cloud-config
disable_root: false
ssh_deletekeys: true
ssh_keys:
  ed25519_private: |
${indented}  ed25519_public: ${publicKey.trim()}
`;
}
