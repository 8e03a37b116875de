import type {KeyPair} from '../ssh/make-key-pair.js';

/**
What an instance gets at its first boot, in the form that cloud-init and our own first-boot unit understand: its host key, and
a script that root runs at each boot, as early as there are files.
*/
export function userData({privateKey, publicKey}: KeyPair, bootScript?: string): string {
	return `#cloud-config
disable_root: false
ssh_deletekeys: true
ssh_keys:
  ed25519_private: |
${indented(privateKey)}  ed25519_public: ${publicKey.trim()}
${bootScript === undefined ? '' : `bootcmd:\n  - |\n${indented(bootScript)}`}`;
}

const indented = (text: string): string =>
	text
		.trim()
		.split('\n')
		.map(line => (line === '' ? '\n' : `    ${line}\n`))
		.join('');
