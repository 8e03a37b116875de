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

/** Which keys all instances prove themselves with, under all their names. */
export function knownNodes(nodes: readonly RunningNode[], hostKey: (node: RunningNode) => string): string {
	return nodes
		.map(node => {
			const [type = '', key = ''] = hostKey(node).split(/\s+/);
			return `${node.name},${node.privateAddress} ${type} ${key}\n`;
		})
		.join('');
}

/** What `~/.ssh/config` gets: no prompt, no unchecked host, and nothing changed for any other host. */
export function sshConfigBlock(nodes: readonly RunningNode[], user: string): string {
	const hosts = nodes.flatMap(({name, privateAddress}) => [name, privateAddress]);
	return block([
		`Host ${hosts.join(' ')}`,
		`\tUser ${user}`,
		'\tIdentityFile ~/.ssh/d2cm_ed25519',
		'\tIdentitiesOnly yes',
		'\tUserKnownHostsFile ~/.ssh/d2cm_known_hosts',
		'\tStrictHostKeyChecking yes',
		'\tHostKeyAlgorithms ssh-ed25519',
		'\tBatchMode yes',
		'Match all',
	]);
}

/**
A script for sh that puts its standard input at the beginning of a file in place of an earlier block of ours, and leaves the
rest as it was. The file keeps its inode and mode: it may be a mount point, as in containers.
*/
export function replaceBlockScript(file: string): string {
	return `set -e
file=${file}
new=$(mktemp)
cat >"$new"
if [ -e "$file" ]; then
	sed '/^${begin}$/,/^${end}$/d' "$file" >>"$new"
fi
$as_root sh -c 'cat "$1" >"$2"' sh "$new" "$file"
rm -f "$new"
`;
}

function block(lines: readonly string[]): string {
	return [begin, ...lines, end, ''].join('\n');
}
