export type GuestConfig = {
	/** Whether root may log in with the owner's key. */
	readonly rootLogin: boolean;
	/** What sshd answers with; undefined when the guest has to make keys of its own. */
	readonly hostKey: {readonly privateKey: string; readonly publicKey: string} | undefined;
	/** What root runs at each boot; empty for nothing. */
	readonly bootScript: string;
};

/** Reads the user data as the first-boot unit of a guest does: line by line, by indentation, nothing guessed. */
export function parseUserData(userData: string): GuestConfig {
	const lines = userData.split('\n');
	if (lines[0] !== '#cloud-config') {
		return {rootLogin: false, hostKey: undefined, bootScript: ''};
	}

	const privateKey: string[] = [];
	const bootScript: string[] = [];
	let publicKey = '';
	let section = '';
	let inPrivateKey = false;
	for (const line of lines.slice(1)) {
		if (/^\S/.test(line)) {
			section = line;
			inPrivateKey = false;
		} else if (section === 'bootcmd:' && line !== '  - |') {
			bootScript.push(line.slice(4));
		} else if (section === 'ssh_keys:') {
			if (inPrivateKey && line.startsWith('    ')) {
				privateKey.push(line.slice(4));
			} else {
				inPrivateKey = line === '  ed25519_private: |';
				publicKey = /^ {2}ed25519_public: (.+)$/.exec(line)?.[1] ?? publicKey;
			}
		}
	}

	return {
		rootLogin: lines.includes('disable_root: false'),
		bootScript: bootScript.join('\n'),
		hostKey: privateKey.length > 0 && publicKey ? {privateKey: `${privateKey.join('\n')}\n`, publicKey} : undefined,
	};
}
