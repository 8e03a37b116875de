import {type KeyPair, keyType} from '../ssh/make-key-pair.js';

/**
What an instance gets at its first boot, in the form that cloud-init and our own first-boot unit understand: its host keys, and
a script that root runs at each boot, as early as there are files. Where root is not who logs in, an AMI keeps to its own rule for
root, which mostly is to say who logs in instead.
*/
export function userData(
	hostKeys: readonly KeyPair[],
	bootScript?: string,
	{asRoot = true}: {readonly asRoot?: boolean} = {},
): string {
	return `#cloud-config
${asRoot ? 'disable_root: false\n' : ''}ssh_deletekeys: true
ssh_keys:
${hostKeys.map(section).join('')}${bootScript === undefined ? '' : `bootcmd:\n  - |\n${indented(bootScript)}`}`;
}

/** How cloud-init names the types. */
const names: Readonly<Record<string, string>> = {
	'ssh-ed25519': 'ed25519',
	'ecdsa-sha2-nistp256': 'ecdsa',
	'ssh-rsa': 'rsa',
};

function section({privateKey, publicKey}: KeyPair): string {
	const name = names[keyType(publicKey)];
	return `  ${name}_private: |\n${indented(privateKey)}  ${name}_public: ${publicKey.trim()}\n`;
}

const indented = (text: string): string =>
	text
		.trim()
		.split('\n')
		.map(line => (line === '' ? '\n' : `    ${line}\n`))
		.join('');
