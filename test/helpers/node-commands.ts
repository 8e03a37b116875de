/** What a script may do from one instance to others, as users write it. */
export type NodeCommand = {
	readonly command: string;
	/** Its whole output. */
	readonly shows: RegExp;
};

export type NodeNames = {
	/** Two instances, which may be the same. */
	readonly first: string;
	readonly second: string;
	/** How many there are. */
	readonly count: number;
};

/** Those of the user guide, and what people do with the like; in this order. Every one ends with 0. */
export function nodeCommands({first, second, count}: NodeNames): readonly NodeCommand[] {
	const nothing = /^$/;
	const scan = (type: string, keyType: string): readonly NodeCommand[] => [
		{command: `ssh-keyscan -f /tmp/d2c.context -t ${type} >> ~/.ssh/known_hosts`, shows: nothing},
		{
			command: `grep -c ' ${keyType} AAAA' ~/.ssh/known_hosts; ssh-keyscan -t ${type} ${first} 2>/dev/null`,
			shows: new RegExp(`^${count}\n(?:${first}|\\[${first}\\]:\\d+) ${keyType} AAAA\\S+\n$`),
		},
		// None but those that were just found.
		{
			command: `grep ' ${keyType} ' ~/.ssh/known_hosts >/tmp/one-type; for host in $(cat /tmp/d2c.context); do ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/one-type -o GlobalKnownHostsFile=/dev/null $host echo in; done`,
			shows: new RegExp(`^(?:in\n){${count}}$`),
		},
	];
	return [
		{command: `ssh-keygen -R ${first}`, shows: nothing},
		...scan('rsa', 'ssh-rsa'),
		...scan('ecdsa', 'ecdsa-sha2-nistp256'),
		...scan('ed25519', 'ssh-ed25519'),
		{command: `ssh -o StrictHostKeyChecking=yes ${first} hostname`, shows: new RegExp(`^${first}\n$`)},
		{
			command: `ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=~/.ssh/known_hosts ${second} hostname`,
			shows: new RegExp(`^${second}\n$`),
		},
		{command: `ssh -o UserKnownHostsFile=/dev/null ${first} echo in`, shows: /^in\n$/},
		...['rsa-sha2-512', 'ecdsa-sha2-nistp256', 'ssh-ed25519'].map(algorithm => ({
			command: `ssh -o StrictHostKeyChecking=yes -o HostKeyAlgorithms=${algorithm} ${second} echo ${algorithm}`,
			shows: new RegExp(`^${algorithm}\n$`),
		})),
		{
			command: `ssh -v ${first} true 2>&1 | grep -o 'Server host key: [a-z0-9-]*'`,
			shows: /^Server host key: (?:ssh-ed25519|ecdsa-sha2-nistp256)\n$/,
		},
		{command: `ssh-keygen -F ${first} -f /etc/ssh/ssh_known_hosts | grep -c AAAA`, shows: /^3\n$/},
		{
			command: `echo sent >/tmp/sent && scp -q /tmp/sent ${first}:/tmp/arrived && ssh ${first} cat /tmp/arrived`,
			shows: /^sent\n$/,
		},
		{
			command: `scp -q ${first}:/tmp/arrived ${second}:/tmp/passed-on && ssh ${second} cat /tmp/passed-on`,
			shows: /^sent\n$/,
		},
		{
			command: `! command -v rsync >/dev/null || rsync -a -e ssh /tmp/sent ${second}:/tmp/synced; ssh ${second} 'cat /tmp/synced 2>/dev/null || command -v rsync || echo sent'`,
			shows: /^sent\n$/,
		},
		// Another user of the instance, with a key of theirs.
		{
			command: `[ "$(id -u)" != 0 ] || ! runuser -u nobody true 2>/dev/null && echo in || { install -o nobody -m 600 ~/.ssh/d2cm_ed25519 /tmp/key-of-nobody && runuser -u nobody -- ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -i /tmp/key-of-nobody root@${first} echo in; }`,
			shows: /^in\n$/,
		},
		{command: `ssh-keygen -R ${second} && ssh ${second} echo in`, shows: /^in\n$/},
	];
}

/** What a command printed, without what ssh-keygen says of its own work. */
export const commandOutput = (text: string): string =>
	text.replaceAll(/^(?:Host |# Host |Original contents |.* updated\.).*\n/gm, '');
