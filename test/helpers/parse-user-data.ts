import type {KeyPair} from '../../source/engine/ssh/make-key-pair.js';

export type GuestConfig = {
	/** Whether root may log in with the owner's key. */
	readonly rootLogin: boolean;
	/** What sshd answers with, by type as cloud-init names it; none when the guest has to make keys of its own. */
	readonly hostKeys: Readonly<Record<string, KeyPair>>;
	/** What root runs at each boot; empty for nothing. */
	readonly bootScript: string;
};

/** Reads the user data as the first-boot unit of a guest does: line by line, by indentation, nothing guessed. */
export function parseUserData(userData: string): GuestConfig {
	const lines = userData.split('\n');
	if (lines[0] !== '#cloud-config') {
		return {rootLogin: false, hostKeys: {}, bootScript: ''};
	}

	const privateKeys = new Map<string, string>();
	const publicKeys = new Map<string, string>();
	const bootScript: string[] = [];
	let section = '';
	let type = '';
	for (const line of lines.slice(1)) {
		if (/^\S/.test(line)) {
			section = line;
			type = '';
		} else if (section === 'bootcmd:' && line !== '  - |') {
			bootScript.push(line.slice(4));
		} else if (section === 'ssh_keys:') {
			if (type && line.startsWith('    ')) {
				privateKeys.set(type, `${privateKeys.get(type) ?? ''}${line.slice(4)}\n`);
			} else {
				type = /^ {2}(\w+)_private: \|$/.exec(line)?.[1] ?? '';
				const [, name, key] = /^ {2}(\w+)_public: (.+)$/.exec(line) ?? [];
				if (name !== undefined && key !== undefined) {
					publicKeys.set(name, key);
				}
			}
		}
	}

	const hostKeys = [...privateKeys].flatMap(([name, privateKey]) => {
		const publicKey = publicKeys.get(name);
		return publicKey === undefined ? [] : [[name, {privateKey, publicKey}] as const];
	});
	return {
		rootLogin: lines.includes('disable_root: false'),
		bootScript: bootScript.join('\n'),
		hostKeys: Object.fromEntries(hostKeys),
	};
}
