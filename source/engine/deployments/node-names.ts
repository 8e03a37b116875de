import type {RunningNode} from './node.js';

const begin = '# BEGIN d2cm';
const end = '# END d2cm';

/** The content of `/tmp/d2c.context`. */
export function contextFile(nodes: readonly RunningNode[]): string {
	return nodes.map(({privateAddress}) => `${privateAddress}\n`).join('');
}

/** What `/etc/hosts` gets, between two marks by which it is found again. */
export function hostsBlock(nodes: readonly RunningNode[]): string {
	return block(nodes.map(({privateAddress, name}) => `${privateAddress} ${name}`));
}

/** Some ssh reads no longer line of a known_hosts file than 8 KiB. */
const mostHostsInLine = 100;

/** Which keys all instances prove themselves with, under all their names: each key once, since hundreds of instances get this. */
export function knownNodes(nodes: readonly RunningNode[], hostKeys: (node: RunningNode) => readonly string[]): string {
	const hosts = new Map<string, string[]>();
	for (const node of nodes) {
		for (const key of hostKeys(node)) {
			const [type = '', blob = ''] = key.split(/\s+/);
			const known = hosts.get(`${type} ${blob}`) ?? [];
			hosts.set(`${type} ${blob}`, [...known, node.name, node.privateAddress]);
		}
	}

	return block(
		[...hosts].flatMap(([key, names]) =>
			Array.from({length: Math.ceil(names.length / mostHostsInLine)}, (_, index) => {
				const some = names.slice(index * mostHostsInLine, (index + 1) * mostHostsInLine);
				return `${some.join(',')} ${key}`;
			}),
		),
	);
}

/**
What `~/.ssh/config` gets: no prompt, no unchecked host, each as its own user, and nothing changed for any other host. Types of host
keys are not named: ssh prefers those it knows, the cheaper first, also where a script names another known_hosts file.
*/
export function sshConfigBlock(nodes: readonly RunningNode[], userOf: (node: RunningNode) => string): string {
	const users = Map.groupBy(nodes, userOf);
	const hosts = (some: readonly RunningNode[]) => some.flatMap(({name, privateAddress}) => [name, privateAddress]);
	return block([
		...[...users].flatMap(([user, some]) => [`Host ${hosts(some).join(' ')}`, `\tUser ${user}`]),
		`Host ${hosts(nodes).join(' ')}`,
		'\tIdentityFile ~/.ssh/d2cm_ed25519',
		'\tIdentitiesOnly yes',
		'\tUserKnownHostsFile ~/.ssh/d2cm_known_hosts',
		'\tStrictHostKeyChecking yes',
		'\tBatchMode yes',
		'Match all',
	]);
}

/**
A line of sh that puts a text at the beginning of a file in place of an earlier block of ours, and leaves the rest as it was. The
file keeps its inode and mode: it may be a mount point, as in containers. Wants `keepRest`, and `putAsRoot` or `put`, which write a
text to a file.

@param file A word of sh; nothing is quoted.
@param text A word of sh.
*/
export function replaceBlockScript(put: string, file: string, text: string): string {
	return `keepRest ${file} || exit
${put} ${file} ${text}"$rest"
`;
}

/**
What `replaceBlockScript` needs: puts into `$rest` what a file holds besides our block. Most have a few lines, which are read without a
process; the instances' processes are what a deployment costs.
*/
export const keepRest = `keepRest() {
	rest= inside= lines=0
	[ -e "$1" ] || return 0
	while IFS= read -r line || [ -n "$line" ]; do
		lines=$((lines + 1))
		if [ $lines -gt 100 ]; then
			rest=$(sed '/^${begin}$/,/^${end}$/d' "$1") || return
			rest=$rest\${rest:+$n}
			return 0
		fi
		[ "$line" != '${begin}' ] || inside=1
		[ -n "$inside" ] || rest=$rest$line$n
		[ "$line" != '${end}' ] || inside=
	done <"$1"
}
`;

function block(lines: readonly string[]): string {
	return [begin, ...lines, end, ''].join('\n');
}
